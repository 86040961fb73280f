import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { Limiter } from '#main/verify/limiter.ts';
import type { DecisionRow } from './decision-row.ts';
import { listNotices } from './list-notices.ts';
import { decision, NOW, openStore, OTHER_PRINCIPAL, PRINCIPAL, quotaUse, write } from './log.test-support.ts';

const HOUR_MS = 3_600_000;
const at = (ms: number) => ms as TimestampMs;

interface Call {
  /** Since the call before, in lengths of the window. */
  readonly wait: number;
  /** null, or instead of waiting: so many ms after the oldest that is inside leaves the window. */
  readonly edgeMs: number | null;
  readonly cost: number;
  readonly isRestart: boolean;
}

/** Plays calls against a limiter whose program is started anew now and then, with another monotonic clock and what the log kept.
 *  Tells for each what had been admitted within the length of the window before it, and within some ms more. */
function* overRestarts(calls: readonly Call[], { windowMs, limit }: { windowMs: number; limit: number }) {
  const store = openStore();
  const admitted: { readonly atMs: number; readonly cost: number }[] = [];
  let limiter = new Limiter();
  // Moments are fractional; the log has whole ones.
  let nowMs = NOW + 0.37;
  let startedMs = nowMs;
  let batch: DecisionRow[] = [];
  for (const { wait, edgeMs, cost, isRestart } of calls) {
    const startMs = nowMs - windowMs;
    const oldest = edgeMs === null ? undefined : admitted.find(({ atMs }) => atMs > startMs);
    nowMs = Math.max(
      nowMs,
      oldest === undefined ? nowMs + wait * windowMs : oldest.atMs + windowMs + (edgeMs ?? 0),
    );
    if (isRestart) {
      write(store, batch);
      batch = [];
      limiter = new Limiter();
      startedMs = nowMs - 100.25;
      const moment = { nowMs: Math.floor(nowMs), monotonicMs: nowMs - startedMs };
      limiter.restoreWindows(store.restoredUse().windows, moment);
    }
    const nowOfCall = nowMs;
    const usedLately = (moreMs: number): number =>
      admitted.reduce((sum, use) => sum + (use.atMs + windowMs + moreMs > nowOfCall ? use.cost : 0), 0);
    // The sum of fractions is as exact as the limiter's own.
    const used = usedLately(-0.000_1);
    const { fits } = limiter
      .window('a', { limit, windowMs }, nowMs - startedMs)
      .admit(nowMs - startedMs, cost);
    yield { used, usedLately, cost, fits };
    if (!fits) continue;
    admitted.push({ atMs: nowMs, cost });
    const windows = [{ windowId: 'a', windowMs, cost }];
    batch.push(decision({ atMs: at(Math.floor(nowMs)), windows }));
  }
}

describe('notices of quotas', () => {
  const reached = (threshold: 50 | 80 | 95 | 100, differs: Partial<DecisionRow['quota']> = {}) =>
    decision({ quota: quotaUse({ used: threshold * 10, notice: threshold, ...differs }) });

  it('are kept once for each owner, period and share, with the name of that time, newest first', () => {
    const store = openStore();
    write(store, [reached(50), reached(80)]);
    write(store, [reached(50, { used: 501 }), reached(50, { periodStartMs: at(Date.UTC(2026, 11, 1)) })]);
    const { applicationId, partnerId } = PRINCIPAL;
    write(store, [reached(95, { ownerId: applicationId }), reached(100, { ownerId: partnerId })]);
    const { items, nextCursor } = listNotices(store, { limit: 100 });
    expect(nextCursor).toBeNull();
    expect(
      items.map(({ ownerKind, ownerName, threshold, used }) => [ownerKind, ownerName, threshold, used]),
    ).toEqual([
      ['partner', 'Acme', 100, 1_000],
      ['application', 'Data feed', 95, 950],
      ['key', 'Data feed live', 50, 500],
      ['key', 'Data feed live', 80, 800],
      ['key', 'Data feed live', 50, 500],
    ]);
    expect(items.at(-1)).toEqual({
      id: expect.any(Number),
      at: NOW,
      ownerKind: 'key',
      ownerId: PRINCIPAL.keyId,
      ownerName: 'Data feed live',
      keyId: PRINCIPAL.keyId,
      threshold: 50,
      used: 500,
      limit: 1_000,
      period: 'month',
      periodStartAt: Date.UTC(2026, 10, 1),
    });
  });

  it('come in pages that hold each of them once, while new ones arrive', () => {
    const store = openStore();
    const month = (number: number) => at(Date.UTC(2000, number, 1));
    write(
      store,
      Array.from({ length: 7 }, (_, number) => reached(50, { periodStartMs: month(number) })),
    );
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = listNotices(store, { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ periodStartAt }) => periodStartAt));
      cursor = page.nextCursor ?? undefined;
      write(store, [reached(80, { periodStartMs: month(20 + seen.length) })]);
    } while (cursor !== undefined);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map(month));
  });

  it('refuse a cursor of another list', () => {
    for (const cursor of ['before-zz', '0', '1e3', '-5']) {
      expect(() => listNotices(openStore(), { limit: 3, cursor })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    }
  });
});

describe('rate limit windows', () => {
  const spent = (windowId: string, cost: number, atMs: number) =>
    decision({ atMs: at(atMs), windows: [{ windowId, windowMs: HOUR_MS, cost }] });

  it('are given back with everything that is still inside, and nothing is counted twice or lost', () => {
    const uses = fc.array(
      fc.record({
        windowId: fc.constantFrom('a', 'b each 3600000 @203.0.113.9'),
        cost: fc.integer({ min: 1, max: 1_000 }),
        atMs: fc.integer({ min: NOW - 3 * HOUR_MS, max: NOW }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 10 }), (made, size) => {
        const store = openStore();
        const sorted = made.toSorted((a, b) => a.atMs - b.atMs);
        for (let start = 0; start < sorted.length; start += size) {
          write(
            store,
            sorted.slice(start, start + size).map(({ windowId, cost, atMs }) => spent(windowId, cost, atMs)),
          );
        }
        const kept = store.restoredUse().windows.filter(({ leavesAtMs }) => leavesAtMs > NOW);
        for (const windowId of ['a', 'b each 3600000 @203.0.113.9']) {
          const total = (rows: readonly { windowId: string; cost: number }[]) =>
            rows.filter((row) => row.windowId === windowId).reduce((sum, { cost }) => sum + cost, 0);
          const surely = sorted.filter(({ atMs }) => atMs + HOUR_MS > NOW);
          const atMost = sorted.filter(({ atMs }) => atMs + HOUR_MS + 1 > NOW);
          expect(total(kept)).toBeGreaterThanOrEqual(total(surely));
          expect(total(kept)).toBeLessThanOrEqual(total(atMost));
        }
      }),
      { numRuns: 60 },
    );
  });

  /** What a restart may add to the time at which a use leaves its window, ms: moments are logged without their fractions. */
  const LOGGED_LATE_MS = 2;
  const calls = fc.array(
    fc.record({
      // Of the window: often none, often to an edge.
      wait: fc.oneof(fc.constantFrom(0, 0.001, 0.25, 1), fc.double({ min: 0, max: 0.3, noNaN: true })),
      edgeMs: fc.oneof(fc.constant(null), fc.constantFrom(-0.7, -0.3, -0.01, 0.01, 1, 2.01)),
      cost: fc.integer({ min: 1, max: 3 }),
      isRestart: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
    }),
    { maxLength: 60 },
  );
  const lengths = fc.oneof(
    fc.integer({ min: 1_000, max: 90_000 }),
    fc.integer({ min: 60_000, max: 86_400_000 }),
  );

  it('admit never more than their limit in any interval of their length, and refuse nothing below it, over any number of restarts', () => {
    fc.assert(
      fc.property(calls, lengths, fc.integer({ min: 1, max: 12 }), (made, windowMs, limit) => {
        for (const { used, usedLately, cost, fits } of overRestarts(made, { windowMs, limit })) {
          if (fits) expect(used + cost).toBeLessThanOrEqual(limit);
          else expect(usedLately(LOGGED_LATE_MS) + cost).toBeGreaterThan(limit);
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    { limit: 64, stepMs: 0, what: 'as many uses as are kept one by one are as exact' },
    {
      limit: 300,
      stepMs: HOUR_MS / 60,
      what: 'more than that refuse for a sixtieth of their length too long at most',
    },
  ])('with $what, and never admit more', ({ limit, stepMs }) => {
    const made = Array.from({ length: 900 }, (_, index) => ({
      wait: (index % 7) / 1_000,
      edgeMs: null,
      cost: 1,
      isRestart: index % 50 === 49,
    }));
    let refused = 0;
    for (const { used, usedLately, cost, fits } of overRestarts(made, { windowMs: HOUR_MS, limit })) {
      if (fits) expect(used + cost).toBeLessThanOrEqual(limit);
      else expect(usedLately(stepMs + LOGGED_LATE_MS) + cost).toBeGreaterThan(limit);
      if (!fits) refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('take a bounded number of rows each, however many uses they hold', () => {
    const store = openStore();
    for (let batch = 0; batch < 40; batch += 1) {
      const from = NOW + batch * 100_000;
      write(
        store,
        Array.from({ length: 100 }, (_, index) => spent('a', 1, from + index * 997)),
      );
    }
    const { windows } = store.restoredUse();
    expect(windows.length).toBeLessThanOrEqual(64 + 2 + 61);
    const inWindow = 36 * 100;
    const kept = windows.reduce((sum, { cost }) => sum + cost, 0);
    expect(kept).toBeGreaterThanOrEqual(inWindow);
    expect(kept).toBeLessThanOrEqual(inWindow + 62);
  });

  it('that are over do not pile up', () => {
    const store = openStore();
    for (let hour = 0; hour < 50; hour += 1) write(store, [spent('a', 1, NOW + hour * HOUR_MS)]);
    expect(store.restoredUse().windows.length).toBeLessThanOrEqual(2);
  });
});

describe('counters of quotas', () => {
  it('belong to their owner, and the period before is remembered', () => {
    const store = openStore();
    const day = (number: number) => at(Date.UTC(2026, 10, number));
    const use = (ownerId: string, number: number, used: number, principal = PRINCIPAL) =>
      decision({
        principal,
        atMs: at(day(number) + 5),
        quota: quotaUse({ ownerId, period: 'day', periodStartMs: day(number), used }),
      });
    const { partnerId } = PRINCIPAL;
    write(store, [use(partnerId, 1, 3), use(PRINCIPAL.keyId, 1, 1)]);
    write(store, [use(partnerId, 2, 1, OTHER_PRINCIPAL)]);
    const quotas = store.restoredUse().quotas.toSorted((a, b) => (a.ownerId < b.ownerId ? -1 : 1));
    expect(quotas).toEqual([
      {
        ownerId: PRINCIPAL.keyId,
        period: 'day',
        periodStartMs: day(1),
        used: 1,
        atMs: day(1) + 5,
        previousUsed: 0,
        previousAtMs: 0,
      },
      {
        ownerId: partnerId,
        period: 'day',
        periodStartMs: day(2),
        used: 1,
        atMs: day(2) + 5,
        previousUsed: 3,
        previousAtMs: day(1) + 5,
      },
    ]);
  });

  it('follow a calendar that was changed to an earlier start, and not a row that came late', () => {
    const store = openStore();
    const quota = (start: number, used: number) =>
      quotaUse({ period: 'day', periodStartMs: at(start), used });
    write(store, [decision({ atMs: at(NOW), quota: quota(NOW - 1_000, 4) })]);
    write(store, [decision({ atMs: at(NOW - 5_000), quota: quota(NOW - 90_000_000, 9) })]);
    expect(store.restoredUse().quotas).toMatchObject([{ periodStartMs: NOW - 1_000, used: 4 }]);
    write(store, [decision({ atMs: at(NOW + 1), quota: quota(NOW - 9_000, 5) })]);
    expect(store.restoredUse().quotas).toMatchObject([{ periodStartMs: NOW - 9_000, used: 5 }]);
  });

  it('are compared with the rows: equal over batches, costs and periods, and what was lost or let pass shows', () => {
    const store = openStore();
    const drift = () => store.stats(0, NOW + 10_000).quotaDrift;
    const spend = (used: number, cost: number, start = NOW - 1_000) =>
      decision({ atMs: at(NOW), cost, quota: quotaUse({ period: 'day', periodStartMs: at(start), used }) });
    write(store, [spend(1, 1), spend(3, 2)]);
    write(store, [spend(4, 1), decision({ atMs: at(NOW), cost: 1, quota: null })]);
    expect(drift()).toEqual([]);
    // Two that the counter admitted have no row.
    write(store, [spend(7, 1)]);
    expect(drift()).toEqual([
      { ownerId: PRINCIPAL.keyId, period: 'day', periodStartAt: NOW - 1_000, counted: 7, logged: 5 },
    ]);
    // A new period begins with both at nothing.
    write(store, [spend(1, 1, NOW)]);
    expect(drift()).toEqual([]);
    // The counter forgot one.
    write(store, [spend(1, 1, NOW)]);
    expect(drift()).toMatchObject([{ counted: 1, logged: 2 }]);
    expect(store.stats(0, NOW + 100 * 86_400_000).quotaDrift).toEqual([]);
  });
});
