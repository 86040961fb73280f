import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keyId, requestId, serviceId, timestampMs } from '#contract/ids.ts';
import { SLOW_SHOWN_MAX } from '#contract/system.ts';
import type { LogFields } from '#main/platform/logger.ts';
import { SlowVerifications, type SlowVerification } from './slow-verifications.ts';

let lines: LogFields[];
let fromMs: number;
let slow: SlowVerifications;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  fromMs = 50;
  const logger = { warn: (_message: string, fields: LogFields = {}) => void lines.push(fields) };
  slow = new SlowVerifications({ fromMs: () => fromMs, monotonicMs: () => performance.now(), logger });
});
afterEach(() => {
  vi.useRealTimers();
});

const one = (latencyMs: number): SlowVerification => ({
  atMs: timestampMs.parse(0),
  latencyUs: latencyMs * 1_000,
  code: 'VALID',
  requestId: requestId.parse('req_1'),
  serviceId: serviceId.parse('svc_0000000000000000'),
  service: 'Trade',
  keyId: keyId.parse('k7Qd2mX9pR4t'),
});

test('from the setting on, and not below it, as it is at that moment', () => {
  for (const ms of [49.9, 50, 51]) slow.note(one(ms));
  fromMs = 51;
  for (const ms of [50, 51]) slow.note(one(ms));
  expect(slow.figures()).toMatchObject({ fromMs: 51, count: 3 });
  expect(slow.figures().items.map(({ latencyUs }) => latencyUs)).toEqual([51_000, 51_000, 50_000]);
});

test('however many there are, the newest are kept and a minute has one line: how many, and the slowest', () => {
  for (let ms = 100; ms < 10_100; ms += 1) slow.note(one(ms));
  expect(slow.figures().count).toBe(10_000);
  expect(slow.figures().items).toHaveLength(SLOW_SHOWN_MAX);
  expect(slow.figures().items[0]?.latencyUs).toBe(10_099_000);
  // Not while somebody waits for the answer.
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(lines).toMatchObject([{ count: 10_000, durationMs: 10_099, keyId: 'k7Qd2mX9pR4t' }]);
  for (let second = 0; second < 59; second += 1) {
    slow.note(one(60 + second));
    vi.advanceTimersByTime(1_000);
  }
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(lines[1]).toMatchObject({ count: 59, durationMs: 118 });
  slow.note(one(70));
  slow.close();
  expect(lines[2]).toMatchObject({ count: 1, durationMs: 70 });
  vi.advanceTimersByTime(600_000);
  expect(lines).toHaveLength(3);
});
