import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TimeWindow } from '#contract/bindings.ts';
import { KEEP_SECONDS_MAX } from '#contract/services.ts';
import { verifyRequest } from '#contract/verify.ts';
import { keepSeconds } from './keep-seconds.ts';
import { createWorld, PLAN, START } from './verify-world.test-support.ts';
import type { KeyColumns } from './verify-world.test-support.ts';

const RULES = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;
const OPEN: TimeWindow = { days: [7], from: '09:00', to: '10:00', timeZone: 'UTC' };
const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
const PUBLIC_KEY = Buffer.from(x, 'base64url').toString('base64');
const LIMIT = { limit: 5, windowMs: 60_000 };

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

/** For how long an answer to a service with these permissions may be kept. */
function kept(
  fields: Readonly<Record<string, unknown>>,
  permitted: { live?: number; test?: number } = { live: 60 },
): number {
  const service = {
    ...world.trade,
    keepLiveSeconds: permitted.live ?? 0,
    keepTestSeconds: permitted.test ?? 0,
  };
  const request = verifyRequest.parse({ method: 'GET', path: '/inventory/42', ...fields });
  const outcome = world.verifier.verify(service, request);
  if (outcome.kind !== 'decision') throw new Error(JSON.stringify(outcome));
  expect(outcome.decision.valid || outcome.keep === null).toBe(true);
  return keepSeconds(outcome.keep, world.clock.nowMs);
}
const keyWith = (columns: KeyColumns = {}) => world.addKey({ rules: RULES, ...columns }).secret;

test('nothing may be kept unless it is permitted, apart for live and for test keys', () => {
  const [live, trial] = [keyWith(), keyWith({ environment: 'test' })];
  expect([kept({ key: live }, {}), kept({ key: trial }, {})]).toEqual([0, 0]);
  expect([kept({ key: live }, { live: 5 }), kept({ key: trial }, { live: 5 })]).toEqual([5, 0]);
  expect([kept({ key: live }, { test: 7 }), kept({ key: trial }, { test: 7 })]).toEqual([0, 7]);
  expect(kept({ key: live }, { live: KEEP_SECONDS_MAX })).toBe(60);
});

describe('never kept', () => {
  test('answers about keys with any limit or quota, of their own, of their plan or of the request', () => {
    for (const columns of [
      { rateLimit: LIMIT },
      { rateLimits: [{ name: 'exports', ...LIMIT, by: 'key', isSoft: true }] },
      { rateLimits: [{ name: 'writes', ...LIMIT, only: { methods: ['POST'], path: '/other' } }] },
      { quota: { limit: 5, period: 'day' } },
      { quota: { limit: 5, period: 'month', by: 'partner', isSoft: true } },
      { planId: PLAN },
    ]) {
      expect(kept({ key: keyWith(columns) }), JSON.stringify(columns)).toBe(0);
    }
    expect(kept({ key: keyWith(), rateLimits: [{ name: 'burst', ...LIMIT }] })).toBe(0);
  });

  test('dry runs, signed requests, and keys that want signatures or are bound to hours, observed or not', () => {
    const key = keyWith();
    const signature = { input: 'sig=("@method");created=1', value: 'sig=:AAAA:' };
    expect([kept({ key, dryRun: true }), kept({ key, signature }), kept({ key })]).toEqual([0, 0, 60]);
    for (const bindingMode of ['enforce', 'observe'] as const) {
      expect(kept({ key: keyWith({ bindingMode, timeAllow: [OPEN] }) })).toBe(0);
    }
    const signedBy = { publicKeys: [PUBLIC_KEY], coversBody: false };
    expect(kept({ key: keyWith({ bindingMode: 'observe', signedBy }) })).toBe(0);
    // Bindings that say nothing about time do not matter.
    expect(kept({ key: keyWith({ ipAllow: ['203.0.113.0/24'] }), clientIp: '203.0.113.9' })).toBe(60);
  });

  test('refusals, also those that are repeated', () => {
    const { keyId, secret } = world.addKey({ rules: RULES });
    world.db.prepare('UPDATE keys SET revoked_at_ms = 1 WHERE id = ?').run(keyId);
    for (const fields of [
      { key: secret, requestId: 'again' },
      { key: secret, requestId: 'again' },
      { key: 'x' },
    ]) {
      expect(kept(fields)).toBe(0);
    }
  });
});

describe('never beyond what is due', () => {
  test('the expiry of the key, in whole seconds and to the millisecond', () => {
    const key = keyWith({ expiresAtMs: START + 60_000 });
    for (const [stepMs, seconds] of [
      [0, 60],
      [1, 59],
      [58_998, 1],
      [1, 1],
      [1, 0],
      [998, 0],
    ] as const) {
      world.clock.advance(stepMs);
      expect(kept({ key }), String(world.clock.runMs)).toBe(seconds);
    }
  });

  test('the expiry first and then the end of the grace', () => {
    const key = keyWith({ expiresAtMs: START + 2_000, expiryGraceMs: 3_000 });
    const at = (runMs: number) => {
      world.clock.advance(runMs - world.clock.runMs);
      return kept({ key });
    };
    expect([at(0), at(1_000), at(1_001), at(2_000), at(4_000), at(4_001), at(4_999)]).toEqual([
      2, 1, 0, 3, 1, 0, 0,
    ]);
  });

  test('the end of an old secret, and its next trial without it', () => {
    const { keyId, secret } = world.addKey({ rules: RULES });
    world.addSecret(keyId, 2);
    world.endSecret(keyId, 1, { endsAtMs: START + 10_000 });
    expect([kept({ key: secret }), kept({ key: secret }, { live: 3 })]).toEqual([10, 3]);
    world.clock.advance(9_001);
    expect(kept({ key: secret })).toBe(0);
    const trial = { brownoutFromMs: START + 13_000, brownoutEveryMs: 20_000, brownoutLengthMs: 1_000 };
    world.endSecret(keyId, 1, { endsAtMs: START + 100_000, ...trial });
    expect(kept({ key: secret })).toBe(3);
    // After that trial the next one.
    world.clock.advance(4_999);
    expect(kept({ key: secret })).toBe(19);
  });
});

test('however long an answer waits to be sent, who keeps it from then on keeps it no second beyond what is due, nor a second beyond what was permitted', () => {
  const moments = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), moments, moments, (permittedSeconds, dueMs, waitMs) => {
      const keep = { permittedSeconds, decidedAtMs: START, changesAtMs: START + dueMs };
      const seconds = keepSeconds(keep, () => START + waitMs);
      const endMs = waitMs + seconds * 1_000;
      if (seconds > 0) {
        expect(endMs).toBeLessThanOrEqual(dueMs);
        expect(endMs).toBeLessThan((permittedSeconds + 1) * 1_000);
      }
      // And not shorter than it must be.
      const isLongest = endMs + 1_000 > dueMs || endMs + 1_000 >= (permittedSeconds + 1) * 1_000;
      expect(isLongest).toBe(true);
    }),
  );
  expect(
    keepSeconds({ permittedSeconds: 5, decidedAtMs: START, changesAtMs: Infinity }, () => START - 9),
  ).toBe(5);
});
