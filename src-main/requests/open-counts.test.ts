import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CountedEvent } from './event-words.ts';
import { NO_BIN } from './open-cells.ts';
import { OpenCounts } from './open-counts.ts';

const MINUTE_MS = 60_000;
const FIRST_MINUTE = 29_000_000;
const [KEYS, WHOLE] = [[16, 17, 18], 2];

const event = fc.record({
  // Mostly in two minutes: a key is busy when many events share a cell.
  minute: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(4, 5) }, fc.integer({ min: 0, max: 70 })),
  ms: fc.integer({ min: 0, max: MINUTE_MS - 1 }),
  principalId: fc.constantFrom(...KEYS),
  serviceNumber: fc.constantFrom<number[]>(1, 1, 1, 900),
  code: fc.constantFrom<number[]>(0, 0, 0, 3),
  isRow: fc.boolean(),
  latencyBin: fc.constantFrom<number[]>(NO_BIN, 60, 61),
  status: fc.constantFrom<number[]>(0, 200, 429),
  durationBin: fc.constantFrom<number[]>(NO_BIN, 20),
  isUse: fc.boolean(),
});
const transaction = fc.record({
  events: fc.array(event, { maxLength: 30 }),
  isCommitted: fc.boolean(),
  /** A key whose counts were put into the file after it. */
  dropped: fc.option(fc.constantFrom(...KEYS), { freq: 20 }),
});

function counted({
  minute,
  ms,
  ...rest
}: typeof event extends fc.Arbitrary<infer T> ? T : never): CountedEvent {
  return { ...rest, rowId: ((FIRST_MINUTE + minute) * MINUTE_MS + ms) * 1_024 };
}

/** Everything that can be asked. */
function answers(counts: OpenCounts) {
  const totals: Record<number, number[]> = {};
  counts.addTotals(
    FIRST_MINUTE + 5,
    FIRST_MINUTE + 60,
    (serviceNumber) => serviceNumber === 1,
    (principalId, total, refused) => {
      const sums = (totals[principalId] ??= [0, 0]);
      sums[0] = (sums[0] ?? 0) + total;
      sums[1] = (sums[1] ?? 0) + refused;
    },
  );
  const of = [WHOLE, ...KEYS].map((principalId) => ({
    has: counts.has(principalId),
    lastUseMs: counts.lastUseMs(principalId),
    minutes: counts.cells(principalId, 'minute', FIRST_MINUTE + 3, FIRST_MINUTE + 50),
    hours: counts.cells(principalId, 'hour', 0, Number.POSITIVE_INFINITY),
    all: counts.all(principalId),
  }));
  return { principals: counts.principals(), totals, of };
}

it('counts of a busy key are the same as those of a key whose events are listed, also after transactions that failed', () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 12 }), (transactions) => {
      const [busy, listed] = [new OpenCounts(2, 0), new OpenCounts(Number.POSITIVE_INFINITY)];
      const gone = new Set<number>();
      for (const { events, isCommitted, dropped } of transactions) {
        for (const counts of [busy, listed]) {
          const before = counts.length;
          for (const one of events) if (!gone.has(one.principalId)) counts.add(counted(one), true, WHOLE);
          if (isCommitted) counts.settle(before);
          else counts.cutTo(before);
          if (dropped !== null) counts.drop(dropped);
        }
        if (dropped !== null) gone.add(dropped);
        const { totals, ...rest } = answers(busy);
        expect({ totals, ...rest }).toEqual(answers(listed));
        for (const principalId of gone) expect(totals[principalId]).toBeUndefined();
      }
    }),
  );
});

it('a key whose events fall into few cells takes room for its cells only, and one whose events are far apart is not counted twice over', () => {
  const one = {
    serviceNumber: 1,
    code: 0,
    isRow: true,
    latencyBin: 60,
    status: 0,
    durationBin: NO_BIN,
    isUse: true,
  };
  const counts = new OpenCounts(100);
  for (let index = 0; index < 400; index += 1) {
    counts.add(counted({ ...one, principalId: 16, minute: index % 3, ms: 0 }), true, 0);
    counts.add(counted({ ...one, principalId: 17, minute: index, ms: 0 }), true, 0);
  }
  counts.settle(0);
  expect(counts.cellCount).toBe(3);
  expect(counts.all(17).cells.minute).toHaveLength(400);
  expect([counts.workOf(16), counts.workOf(17), counts.workOf(18)]).toEqual([3, 400, 0]);
});
