import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import type { UsageBucket } from '#contract/usage.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { countsAsUse, type DecisionRow } from './decision-row.ts';
import {
  batchOf,
  DAY,
  decision,
  HOUR,
  MINUTE,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  PRINCIPAL,
  report,
  RETENTION,
  SERVICE,
  write,
} from './log.test-support.ts';
import { RequestsStore } from './requests-store.ts';
import { sweepLog } from './sweep-log.ts';
import { usageSeries } from './usage-series.ts';
import { usageSummary } from './usage-summary.ts';

/** What counts must be, kept apart from the code under test: one entry a row. */
interface Known {
  readonly decision: DecisionRow;
  status: number | null;
}

const row = fc.record({
  // Mostly the last minutes, so that rows and reports meet a fold that is under way; some come days late.
  agoMs: fc.oneof(fc.integer({ min: 0, max: 20 * MINUTE }), fc.integer({ min: 0, max: 3 * DAY })),
  principal: fc.constantFrom(PRINCIPAL, { ...PRINCIPAL, secretVersion: 2 }, OTHER_PRINCIPAL, null),
  serviceId: fc.constantFrom(SERVICE, OTHER_SERVICE),
  code: fc.constantFrom(...DECISION_CODES),
  latencyUs: fc.integer({ min: 1, max: 9_000 }),
});
type MadeRow = typeof row extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rows'), rows: fc.array(row, { maxLength: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reports'),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      status: fc.constantFrom(101, 200, 302, 404, 429, 503),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('refused'), rows: fc.array(row, { maxLength: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fold'), steps: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
);

const FILTERS = [
  {},
  { keyId: PRINCIPAL.keyId },
  { partnerId: OTHER_PRINCIPAL.partnerId },
  { environment: 'live' as const, serviceId: SERVICE },
];

function matches({ decision: { principal, serviceId } }: Known, filter: (typeof FILTERS)[number]): boolean {
  return (
    (filter.keyId === undefined || principal?.keyId === filter.keyId) &&
    (filter.partnerId === undefined || principal?.partnerId === filter.partnerId) &&
    (filter.environment === undefined || principal?.environment === filter.environment) &&
    (filter.serviceId === undefined || serviceId === filter.serviceId)
  );
}

/** Counts of the rows themselves, in the words of a bucket. */
function countsOf(rows: readonly Known[]) {
  const reported = rows.filter(({ status }) => status !== null);
  const codes = new Set(rows.map(({ decision: { code } }) => code));
  return {
    total: rows.length,
    reported: reported.length,
    reported429: reported.filter(({ status }) => status === 429).length,
    byCode: Object.fromEntries(
      [...codes].map((code) => [code, rows.filter((one) => one.decision.code === code).length]),
    ),
  };
}

const picked = ({ total, reported, reported429, byCode }: UsageBucket) => ({
  total,
  reported,
  reported429,
  byCode,
});

/** When each secret was last used, by the rows themselves. */
function usesOf(rows: readonly Known[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { decision } of rows) {
    if (decision.principal === null || !countsAsUse(decision.code)) continue;
    const secret = `${decision.principal.keyId} ${String(decision.principal.secretVersion)}`;
    uses.set(secret, Math.max(uses.get(secret) ?? 0, decision.atMs));
  }
  return uses;
}

/** Throws when a bucket of any width, a summary or a last use says anything but what the rows are. */
async function check(store: RequestsStore, known: readonly Known[]): Promise<void> {
  const to = (NOW + 1) as TimestampMs;
  for (const [bucketMs, backMs] of [
    [MINUTE, 25 * MINUTE],
    [HOUR, 3 * DAY],
    [DAY, 3 * DAY],
  ] as const) {
    for (const filter of FILTERS) {
      const rows = known.filter((one) => matches(one, filter));
      const series = usageSeries(store, { ...filter, from: (NOW - backMs) as TimestampMs, to, bucketMs });
      for (const bucket of series) {
        const inside = rows.filter(
          ({ decision: { atMs } }) => atMs >= bucket.bucketStart && atMs < bucket.bucketStart + bucketMs,
        );
        expect({ at: bucket.bucketStart, bucketMs, filter, ...picked(bucket) }).toEqual({
          at: bucket.bucketStart,
          bucketMs,
          filter,
          ...countsOf(inside),
        });
      }
    }
  }
  const from = (NOW - 4 * DAY) as TimestampMs;
  const { totals, topKeys } = await usageSummary(store, { from, to }, NOW, noPause);
  expect(totals.total).toBe(known.length);
  const ofKey = known.filter(({ decision: { principal } }) => principal?.keyId === PRINCIPAL.keyId);
  expect(topKeys.find(({ keyId }) => keyId === PRINCIPAL.keyId) ?? { total: 0, refused: 0 }).toMatchObject({
    total: ofKey.length,
    refused: ofKey.filter(({ decision: { code } }) => code !== 'VALID').length,
  });
  expect(store.rowCount).toBe(known.length);
  const { keys } = store.restoredUse();
  expect(new Map(keys.map(({ keyId, version, atMs }) => [`${keyId} ${String(version)}`, atMs]))).toEqual(
    usesOf(known),
  );
  expect(keys).toHaveLength(usesOf(known).size);
}

it('count every row and status once and know each last use, whatever batches, late reports, failed transactions, folds, kills and sweeps come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-rollups-'));
      const file = join(directory, 'requests.db');
      let store = RequestsStore.over(openRequestsDatabase(file));
      let fold: Generator<void, void, void> | null = null;
      const known: Known[] = [];
      const made = (rows: readonly MadeRow[]) =>
        rows.map(({ agoMs, ...differs }) => decision({ ...differs, atMs: (NOW - agoMs) as TimestampMs }));
      for (const one of steps) {
        switch (one.kind) {
          case 'rows': {
            const decisions = made(one.rows);
            write(store, decisions);
            known.push(...decisions.map((each) => ({ decision: each, status: null })));
            break;
          }
          case 'reports':
            for (const pick of one.picks) {
              const row = known[pick % Math.max(1, known.length)];
              if (row === undefined) continue;
              const { requestId, serviceId } = row.decision;
              write(store, [], [report([{ requestId, responseStatus: one.status }], serviceId)]);
              row.status ??= one.status;
            }
            break;
          case 'refused': {
            const bad = decision({ cost: 'three' as unknown as number });
            expect(() => store.write([batchOf([...made(one.rows), bad])], NOW)).toThrow();
            break;
          }
          case 'fold':
            fold ??= store.rollups.fold(1);
            for (let times = 0; times < one.steps; times += 1) if (fold?.next().done === true) fold = null;
            break;
          case 'kill':
            // Nothing is closed in order: what was in memory is gone, the file is as its last transaction left it.
            store.db.close();
            store = RequestsStore.over(openRequestsDatabase(file));
            fold = null;
            break;
          case 'close':
            store.close();
            store = RequestsStore.over(openRequestsDatabase(file));
            fold = null;
            break;
          default: {
            const parts = { store, retention: RETENTION, nowMs: NOW, walBytes: () => 0 };
            for (const _step of sweepLog(parts));
          }
        }
        await check(store, known);
      }
      store.close();
      rmSync(directory, { recursive: true });
    }),
    { numRuns: 25 },
  );
}, 120_000);

it('a fold of few keys with many requests goes in short steps, too', () => {
  const store = openStore();
  const principals = Array.from({ length: 30 }, (_none, index) => ({
    ...PRINCIPAL,
    secretVersion: index + 1,
  }));
  for (let batch = 0; batch < 9; batch += 1) {
    const rows = principals.flatMap((principal) =>
      Array.from({ length: 100 }, (_none, index) => {
        const agoMs = (batch * 100 + index) * MINUTE;
        return decision({ principal, atMs: (NOW - agoMs) as TimestampMs });
      }),
    );
    write(store, rows);
  }
  let steps = 0;
  for (const _step of store.rollups.fold()) steps += 1;
  expect(steps).toBeGreaterThan(1);
  const [bucket] = usageSeries(store, {
    from: (NOW - DAY) as TimestampMs,
    to: NOW,
    bucketMs: 2 * DAY,
    keyId: PRINCIPAL.keyId,
  });
  expect(bucket?.total).toBe(27_000);
  store.close();
});
