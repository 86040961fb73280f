import { expect, it } from 'vitest';
import { health as healthShape } from '#contract/health.ts';
import type { TimestampMs } from '#contract/ids.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  NOW,
  noPause,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  write,
} from './log.test-support.ts';
import { withRotationFailures } from './rotation-failures.ts';
import { usageHealth } from './usage-health.ts';

const at = (ms: number) => ms as TimestampMs;

async function healthOf(store: ReturnType<typeof openStore>, range: 'hour' | 'day' | 'week' = 'hour') {
  return usageHealth(store, { range }, NOW, noPause);
}

it('the success rate is that of credentials: what rules and limits refuse is neither good nor bad', async () => {
  const store = openStore();
  const codes = [
    ...Array.from({ length: 6 }, () => 'VALID' as const),
    ...(['INSUFFICIENT_SCOPE', 'IP_NOT_ALLOWED', 'RATE_LIMITED', 'QUOTA_EXCEEDED'] as const),
    ...(['REVOKED', 'EXPIRED'] as const),
  ];
  const rows = codes.map((code, index) => decision({ code, atMs: at(NOW - index * MINUTE) }));
  const strange = (['MALFORMED', 'NOT_FOUND'] as const).map((code) =>
    decision({ code, principal: null, atMs: at(NOW - MINUTE) }),
  );
  write(store, [...rows, ...strange]);
  const { health } = await healthOf(store);
  expect(healthShape.parse(health)).toEqual(health);
  expect(health.total).toBe(14);
  expect(health.auth).toEqual({ good: 6, bad: 4, rate: 0.6, unknown: 2, withdrawn: 2, rotation: 0 });
  expect(health.limits).toEqual({ rateLimited: 1, quotaExceeded: 1, share: 2 / 14 });
  expect(health.series).toHaveLength(61);
  expect(health.series.at(-1)).toMatchObject({ total: 1, good: 1, bad: 0 });
  expect(health.series.reduce((sum, { total }) => sum + total, 0)).toBe(14);
  store.close();
});

it('the keys with most refusals come first, with their reasons and the minute of the first one', async () => {
  const store = openStore();
  const rows = [
    decision({ code: 'VALID', atMs: at(NOW - 50 * MINUTE) }),
    decision({ code: 'EXPIRED', atMs: at(NOW - 40 * MINUTE) }),
    ...Array.from({ length: 3 }, () =>
      decision({ principal: OTHER_PRINCIPAL, code: 'RATE_LIMITED', atMs: at(NOW - 7 * MINUTE) }),
    ),
    decision({ principal: OTHER_PRINCIPAL, code: 'INSUFFICIENT_SCOPE', atMs: at(NOW) }),
    decision({ principal: OTHER_PRINCIPAL, code: 'VALID', atMs: at(NOW) }),
  ];
  write(store, rows);
  for (const range of ['hour', 'day', 'week'] as const) {
    const { health } = await healthOf(store, range);
    const minute = (ms: number) => Math.floor(ms / MINUTE) * MINUTE;
    expect(health.failingKeys).toEqual([
      {
        keyId: OTHER_PRINCIPAL.keyId,
        name: OTHER_PRINCIPAL.keyName,
        total: 5,
        refused: 4,
        byCode: { VALID: 1, INSUFFICIENT_SCOPE: 1, RATE_LIMITED: 3 },
        firstRefusedAt: minute(NOW - 7 * MINUTE),
      },
      {
        keyId: PRINCIPAL.keyId,
        name: PRINCIPAL.keyName,
        total: 2,
        refused: 1,
        byCode: { VALID: 1, EXPIRED: 1 },
        firstRefusedAt: minute(NOW - 40 * MINUTE),
      },
    ]);
    expect(health.keysUsed).toBe(2);
    expect(health.busiestKeys.map(({ keyId, total }) => [keyId, total])).toEqual([
      [OTHER_PRINCIPAL.keyId, 5],
      [PRINCIPAL.keyId, 2],
    ]);
  }
  store.close();
});

it('only the range counts, and without requests there is no rate', async () => {
  const store = openStore();
  write(store, [decision({ code: 'EXPIRED', atMs: at(NOW - 3 * HOUR) })]);
  const { health } = await healthOf(store);
  expect(health).toMatchObject({ total: 0, latencyUs: null, latencyBins: [], keysUsed: 0, failingKeys: [] });
  expect(health.auth.rate).toBeNull();
  expect((await healthOf(store, 'day')).health.auth.rate).toBe(0);
  write(store, [decision({ code: 'VALID', atMs: at(NOW - 6 * DAY) })]);
  expect((await healthOf(store, 'week')).health.auth.rate).toBe(0.5);
  store.close();
});

it('latencies are put together to doublings that hold every value once', async () => {
  const store = openStore();
  const latencies = [3, 4, 5, 60, 64, 65, 50_000];
  write(
    store,
    latencies.map((latencyUs) => decision({ latencyUs, atMs: at(NOW) })),
  );
  const { health } = await healthOf(store);
  const counted = Object.fromEntries(
    health.latencyBins.filter(({ count }) => count > 0).map(({ upToUs, count }) => [upToUs, count]),
  );
  expect(counted).toEqual({ 4: 2, 8: 1, 64: 2, 128: 1, 65_536: 1 });
  health.latencyBins.forEach(({ upToUs }, index) => {
    expect(upToUs).toBe(4 * 2 ** index);
  });
  store.close();
});

it('an old secret that is refused after its overlap counts as a failure of the rotation', async () => {
  const store = openStore();
  const withVersion = (secretVersion: number) => ({ ...PRINCIPAL, secretVersion });
  write(store, [
    ...Array.from({ length: 4 }, () =>
      decision({ principal: withVersion(1), code: 'REVOKED', atMs: at(NOW) }),
    ),
    decision({ principal: OTHER_PRINCIPAL, code: 'REVOKED', atMs: at(NOW) }),
  ]);
  const logged = await healthOf(store);
  expect(logged.health.auth).toMatchObject({ bad: 5, withdrawn: 5, rotation: 0 });
  const versions = (keyId: string) => (keyId === PRINCIPAL.keyId ? 2 : OTHER_PRINCIPAL.secretVersion);
  expect(withRotationFailures(logged, versions).auth).toMatchObject({ bad: 5, withdrawn: 1, rotation: 4 });
  store.close();
});
