import { expect, it } from 'vitest';
import { newDataPath, renameSetting, startTestStore } from './wire-store.test-support.ts';

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

it('after one failure of the disk the store is opened anew and goes on, with what was learned of last uses', async () => {
  const store = await startTestStore(newDataPath());
  const { wired } = store;
  renameSetting(store, 'a@example.com');
  const before = wired.store.db;
  before.lastUsed.touch('k7Qd2mX9pR4t' as never, 1, 5 as never);
  wired.disk.noticed();
  expect(wired.disk.hasFailed).toBe(true);
  await soon();
  expect(wired.disk.hasFailed).toBe(false);
  expect(wired.store.db).not.toBe(before);
  expect(wired.store.db.lastUsed.keyAt('k7Qd2mX9pR4t' as never)).toBe(5);
  renameSetting(store, 'b@example.com');
  expect(wired.store.db.audit.total()).toBe(2);
  store.stop();
});

it('when that does not help, the failure stays known', async () => {
  const store = await startTestStore(newDataPath());
  const { wired } = store;
  wired.store.check = () => {
    throw new Error('still broken');
  };
  wired.disk.noticed();
  await soon();
  expect(wired.disk.hasFailed).toBe(true);
  expect(store.logLines.join('')).toContain('could not be opened anew');
  store.stop();
});
