import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OVERLAP_MS_MAX } from '#contract/keys.ts';
import { currentVersion, hasExpired, secretState } from './key-status.ts';
import type { KeyState } from './key-status.ts';
import { planEndOverlap, planExtendOverlap, planRotation } from './rotation.ts';
import type { PlannedSecret, SecretEnd } from './rotation.ts';

const NOW = 1_795_000_000_000;
const FREE: KeyState = { revokedAtMs: null, suspendedAtMs: null, expiresAtMs: null, expiryGraceMs: null };
const ONE: readonly PlannedSecret[] = [{ version: 1, createdAtMs: NOW - 1_000, endsAtMs: null }];

function ended(secrets: readonly PlannedSecret[], end: SecretEnd): PlannedSecret[] {
  return secrets.map((secret) =>
    secret.version === end.version ? { ...secret, endsAtMs: end.endsAtMs } : secret,
  );
}

function liveCount(key: KeyState, secrets: readonly PlannedSecret[], nowMs: number): number {
  if (hasExpired(key, nowMs)) return 0;
  const current = currentVersion(secrets);
  return secrets.filter(
    ({ version, endsAtMs }) => secretState({ endsAtMs, isCurrent: version === current }, nowMs) !== 'ended',
  ).length;
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('rotate' as const), by: fc.integer({ min: 0, max: OVERLAP_MS_MAX }) }),
    fc.record({ kind: fc.constant('end' as const), by: fc.constant(0) }),
    fc.record({ kind: fc.constant('extend' as const), by: fc.integer({ min: 0, max: 2 * OVERLAP_MS_MAX }) }),
    fc.record({ kind: fc.constant('wait' as const), by: fc.integer({ min: 0, max: OVERLAP_MS_MAX }) }),
  ),
  { maxLength: 30 },
);

describe('histories of rotations', () => {
  test('a key has one or two live secrets at every moment, and a rotated secret never lives past expiry or 30 days', () => {
    const expiry = fc.option(fc.integer({ min: NOW + 1, max: NOW + 4 * OVERLAP_MS_MAX }));
    fc.assert(
      fc.property(steps, expiry, (history, expiresAtMs) => {
        const key = { ...FREE, expiresAtMs };
        let secrets = [...ONE];
        let nowMs = NOW;
        for (const { kind, by } of history) {
          if (kind === 'wait') nowMs += by;
          if (kind === 'rotate') {
            const planned = planRotation({ key, secrets, nowMs, overlapMs: by });
            if (planned.ok) {
              expect(planned.plan.retiring.endsAtMs).toBeLessThanOrEqual(nowMs + by);
              secrets = ended(secrets, planned.plan.retiring);
              secrets.push({ version: planned.plan.newVersion, createdAtMs: nowMs, endsAtMs: null });
            } else {
              expect(hasExpired(key, nowMs) || liveCount(key, secrets, nowMs) === 2).toBe(true);
            }
          }
          if (kind === 'end' || kind === 'extend') {
            const planned =
              kind === 'end'
                ? planEndOverlap({ key, secrets, nowMs })
                : planExtendOverlap({ key, secrets, nowMs, endsAtMs: nowMs + by });
            if (planned.ok) secrets = ended(secrets, planned.plan);
          }
          const live = liveCount(key, secrets, nowMs);
          expect(live).toBeLessThanOrEqual(2);
          expect(live).toBeGreaterThanOrEqual(hasExpired(key, nowMs) ? 0 : 1);
          for (const [index, secret] of secrets.entries()) {
            if (secret.endsAtMs === null) continue;
            const replacedAtMs = secrets[index + 1]?.createdAtMs ?? 0;
            expect(secret.endsAtMs).toBeLessThanOrEqual(replacedAtMs + OVERLAP_MS_MAX);
            if (expiresAtMs !== null) expect(secret.endsAtMs).toBeLessThanOrEqual(expiresAtMs);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('rotate', () => {
  test('the former secret lives for exactly the overlap, the version counts up', () => {
    expect(planRotation({ key: FREE, secrets: ONE, nowMs: NOW, overlapMs: 5_000 })).toEqual({
      ok: true,
      plan: { newVersion: 2, retiring: { version: 1, endsAtMs: NOW + 5_000 } },
    });
  });

  test('a rotated key never lives longer than it would have: expiry cuts the overlap', () => {
    const key = { ...FREE, expiresAtMs: NOW + 10 };
    const planned = planRotation({ key, secrets: ONE, nowMs: NOW, overlapMs: 5_000 });
    expect(planned.ok && planned.plan.retiring.endsAtMs).toBe(NOW + 10);
  });

  test('an overlap longer than allowed, or below zero, is cut', () => {
    const longest = planRotation({ key: FREE, secrets: ONE, nowMs: NOW, overlapMs: 1e15 });
    expect(longest.ok && longest.plan.retiring.endsAtMs).toBe(NOW + OVERLAP_MS_MAX);
    const least = planRotation({ key: FREE, secrets: ONE, nowMs: NOW, overlapMs: -5 });
    expect(least.ok && least.plan.retiring.endsAtMs).toBe(NOW);
  });

  test('a third live secret is refused until the overlap is over', () => {
    const secrets = [
      ...ended(ONE, { version: 1, endsAtMs: NOW + 1 }),
      { version: 2, createdAtMs: NOW, endsAtMs: null },
    ];
    const early = planRotation({ key: FREE, secrets, nowMs: NOW, overlapMs: 0 });
    expect(early).toMatchObject({ ok: false, code: 'ROTATION_IN_PROGRESS' });
    const late = planRotation({ key: FREE, secrets, nowMs: NOW + 1, overlapMs: 0 });
    expect(late).toMatchObject({ ok: true, plan: { newVersion: 3, retiring: { version: 2 } } });
  });

  test('revoked and expired keys cannot be rotated, a suspended one can', () => {
    const plan = (key: KeyState) => planRotation({ key, secrets: ONE, nowMs: NOW, overlapMs: 0 });
    expect(plan({ ...FREE, revokedAtMs: 1 })).toMatchObject({ ok: false, code: 'WRONG_STATUS' });
    expect(plan({ ...FREE, expiresAtMs: NOW })).toMatchObject({ ok: false, code: 'WRONG_STATUS' });
    expect(plan({ ...FREE, suspendedAtMs: 1 }).ok).toBe(true);
  });
});

describe('the overlap', () => {
  const rotating = [
    ...ended(ONE, { version: 1, endsAtMs: NOW + 100 }),
    { version: 2, createdAtMs: NOW, endsAtMs: null },
  ];

  test('ends at once when told to', () => {
    expect(planEndOverlap({ key: FREE, secrets: rotating, nowMs: NOW + 7 })).toEqual({
      ok: true,
      plan: { version: 1, endsAtMs: NOW + 7 },
    });
  });

  test('moves to a later moment, not beyond expiry', () => {
    const extend = (key: KeyState, endsAtMs: number) =>
      planExtendOverlap({ key, secrets: rotating, nowMs: NOW, endsAtMs });
    expect(extend(FREE, NOW + 900)).toEqual({ ok: true, plan: { version: 1, endsAtMs: NOW + 900 } });
    expect(extend({ ...FREE, expiresAtMs: NOW + 500 }, NOW + 900)).toMatchObject({
      plan: { endsAtMs: NOW + 500 },
    });
    expect(extend(FREE, NOW)).toMatchObject({ ok: false, code: 'INVALID_INPUT' });
    expect(extend(FREE, NOW + OVERLAP_MS_MAX)).toMatchObject({ ok: true });
    expect(extend(FREE, NOW + OVERLAP_MS_MAX + 1)).toMatchObject({ ok: false, code: 'INVALID_INPUT' });
  });

  test('cannot be ended or moved when there is none', () => {
    for (const facts of [
      { key: FREE, secrets: ONE, nowMs: NOW },
      { key: FREE, secrets: rotating, nowMs: NOW + 100 },
      { key: { ...FREE, revokedAtMs: 1 }, secrets: rotating, nowMs: NOW },
    ]) {
      const none = { ok: false, code: 'NO_ROTATION_IN_PROGRESS' };
      expect(planEndOverlap(facts)).toMatchObject(none);
      expect(planExtendOverlap({ ...facts, endsAtMs: NOW + 500 })).toMatchObject(none);
    }
  });
});
