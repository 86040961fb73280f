import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { Overlap } from '#contract/overlap.ts';
import type { Caller } from '#contract/usage.ts';
import { endsSoon, messageToContact, splitCallers } from './rotation-words.ts';

const NOW = timestampMs.parse(Date.UTC(2026, 10, 22, 10));
const HOUR_MS = 3_600_000;
const at = (ms: number) => timestampMs.parse(ms);

const caller = (clientIp: string, lastAt: number): Caller => ({
  keyId: null,
  secretVersion: 1,
  clientIp,
  userAgent: 'cron/1',
  tags: ['job=night'],
  count: 3,
  lastAt: at(lastAt),
});
const overlap: Overlap = {
  retiringVersion: 1,
  endsAt: at(NOW + 60 * 60_000),
  idleEndMs: null,
  notBefore: null,
  idleEndsAt: null,
  brownout: null,
  comingBrownouts: [{ from: at(NOW + 60_000), to: at(NOW + 90_000) }],
};
const usage = {
  windowFrom: at(NOW - HOUR_MS),
  retiringCallers: [caller('192.0.2.1', NOW - 60_000), caller('192.0.2.2', NOW - 2 * HOUR_MS)],
};

test('who called within the hour is active, who did not is silent', () => {
  const { active, silent } = splitCallers(usage);
  expect(active.map(({ clientIp }) => clientIp)).toEqual(['192.0.2.1']);
  expect(silent.map(({ clientIp }) => clientIp)).toEqual(['192.0.2.2']);
});

test('an end is an alarm only in the last tenth of the overlap and while somebody still calls', () => {
  const secrets = (madeAt: number) => [
    {
      version: 2,
      state: 'current',
      last4: 'abcd',
      fingerprint: null,
      createdAt: at(madeAt),
      endsAt: null,
      lastUsedAt: null,
    } as const,
  ];
  const longAgo = { secrets: secrets(NOW - 23 * HOUR_MS) };
  expect(endsSoon(longAgo, overlap, usage, NOW)).toBe(true);
  expect(endsSoon(longAgo, overlap, { ...usage, retiringCallers: [] }, NOW)).toBe(false);
  expect(endsSoon(longAgo, overlap, undefined, NOW)).toBe(false);
  expect(endsSoon({ secrets: secrets(NOW - 2 * HOUR_MS) }, overlap, usage, NOW)).toBe(false);
});

test('the message to the contact names the end, the announced times and the programs, and never a secret', () => {
  const key = {
    name: 'Data feed',
    hint: 'lk_live_datafeed_k7Qd2mX9pR4t_…9f4A',
  };
  const { subject, text: body } = messageToContact(key, overlap, splitCallers(usage).active);
  expect(subject).toBe('The old secret of Data feed ends soon');
  expect(body).toContain('22 Nov 2026, 11:00:00 UTC');
  expect(body).toContain('- 22 Nov 2026, 10:01:00 UTC to 22 Nov 2026, 10:01:30 UTC');
  expect(body).toContain('- 192.0.2.1, cron/1, job=night, last 22 Nov 2026, 09:59:00 UTC');
  expect(body).not.toContain('192.0.2.2');
});
