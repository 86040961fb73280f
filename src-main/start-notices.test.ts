import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWebhook } from './notices/manage-webhooks.ts';
import type { NoticeDesk } from './notices/notice-desk.ts';
import { createLogger } from './platform/logger.ts';
import { startNotices } from './start-notices.ts';
import { newDataPath, startTestStore, type TestStore } from './wire-store.test-support.ts';

let store: TestStore;
let stop: () => void;
let looks: number;
beforeEach(async () => {
  store = await startTestStore(newDataPath());
  looks = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const desk = { look: () => Promise.resolve(void (looks += 1)), forgetPlace: () => undefined };
  stop = startNotices(store.wired, {
    desk: () => Promise.resolve(desk as unknown as NoticeDesk),
    logger: createLogger({ write: () => undefined }),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  store.stop();
});

it('as long as nobody asked for notices nothing of them is loaded; then they are looked for soon and every five minutes', async () => {
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(looks).toBe(0);
  createWebhook(store.wired.system(), { name: 'Pager', url: 'https://hooks.example.com/', kinds: [] });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(looks).toBe(3);
});

it('many changes at once are looked at once, and none after the end', async () => {
  createWebhook(store.wired.system(), { name: 'Pager', url: 'https://hooks.example.com/', kinds: [] });
  for (let index = 0; index < 20; index += 1) {
    store.wired.announcements.announce({ kind: 'changed', subjects: ['keys'] });
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(1);
  store.wired.announcements.announce({ kind: 'changed', subjects: ['keys'] });
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(looks).toBe(1);
});
