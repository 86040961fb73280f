import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from './logger.ts';
import { startSoon } from './start-soon.ts';

let lines: string[];
const logger = () => createLogger({ write: (line) => void lines.push(line) });
beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('begins after the start, and is ended once', async () => {
  const events: string[] = [];
  const end = startSoon(async () => {
    events.push('begun');
    await nextTurn();
    return () => void events.push('ended');
  }, logger());
  expect(events).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await nextTurn();
  expect(events).toEqual(['begun']);
  await end();
  await end();
  expect(events).toEqual(['begun', 'ended']);
});

it('ended before it began it never begins; ended while it begins it is waited for and ended', async () => {
  const start = vi.fn();
  await startSoon(start, logger())();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(start).not.toHaveBeenCalled();

  const ended = vi.fn();
  const end = startSoon(async () => {
    await nextTurn();
    return ended;
  }, logger());
  vi.advanceTimersByTime(1_000);
  await end();
  expect(ended).toHaveBeenCalledOnce();
});

it('a start that fails is logged and stops nothing else', async () => {
  const end = startSoon(() => Promise.reject(new Error('no such file')), logger());
  await vi.advanceTimersByTimeAsync(1_000);
  await end();
  expect(lines.join('')).toContain('could not be started');
});
