import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import { histogramBin, binUpperEdge } from '#main/domain/histogram.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  report,
  traffic,
  write,
  writeTraffic,
  noPause,
} from './log.test-support.ts';
import { usageByKey } from './usage-by-key.ts';
import { usageRotation } from './usage-rotation.ts';
import { usageSeries } from './usage-series.ts';
import { usageSummary } from './usage-summary.ts';

const at = (ms: number) => ms as TimestampMs;

describe('a series', () => {
  it('is ascending and without gaps, and each bucket holds the rows of its time, at any width', () => {
    fc.assert(
      fc.property(traffic, fc.constantFrom(5, 60, 90, 360, 1_440, 2_880), (rows, minutes) => {
        const store = openStore();
        writeTraffic(store, rows);
        const bucketMs = minutes * MINUTE;
        const from = at(NOW - Math.min(3 * DAY, 1_400 * bucketMs));
        const buckets = usageSeries(store, { from, to: at(NOW + 1), bucketMs });
        buckets.forEach((bucket, index) => {
          expect(bucket.bucketStart).toBe((buckets[0]?.bucketStart ?? 0) + index * bucketMs);
          const inside = rows.filter(
            (row) => row.atMs >= bucket.bucketStart && row.atMs < bucket.bucketStart + bucketMs,
          );
          expect(bucket.total).toBe(inside.length);
          expect(bucket.reported).toBe(inside.filter((row) => row.status !== null).length);
          const slowest = Math.max(...inside.map((row) => row.latencyUs));
          if (inside.length > 0) expect(bucket.latencyUs?.p99).toBe(binUpperEdge(histogramBin(slowest)));
          else expect(bucket.latencyUs).toBeNull();
        });
        expect(buckets[0]?.bucketStart).toBeLessThanOrEqual(from);
        store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('refuses more than 1,440 buckets and widths that are not whole minutes', () => {
    const store = openStore();
    const ask = (to: number, bucketMs: number) => () =>
      usageSeries(store, { from: at(0), to: at(to), bucketMs });
    expect(ask(1_440 * MINUTE, MINUTE)()).toHaveLength(1_440);
    expect(ask(1_440 * MINUTE + 1, MINUTE)).toThrow(expect.objectContaining({ code: 'RANGE_TOO_LARGE' }));
    expect(ask(HOUR, 90_001)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(ask(0, MINUTE)()).toEqual([]);
  });

  it('of 1,440 widths is never refused for its edges: the oldest, partial bucket is left out', () => {
    const store = openStore();
    const [from, to] = [at(NOW - 1_440 * MINUTE), NOW];
    expect(NOW % MINUTE).not.toBe(0);
    write(store, [decision({ atMs: at(from + 1) }), decision({ atMs: at(to - 1) })]);
    const buckets = usageSeries(store, { from, to, bucketMs: MINUTE });
    expect(buckets).toHaveLength(1_440);
    expect(buckets[0]?.bucketStart).toBeGreaterThan(from);
    expect(buckets.at(-1)).toMatchObject({ bucketStart: NOW - (NOW % MINUTE), total: 1 });
    expect(buckets.reduce((sum, { total }) => sum + total, 0)).toBe(1);
    expect(() => usageSeries(store, { from, to: at(NOW + 1), bucketMs: MINUTE })).toThrow(
      expect.objectContaining({ code: 'RANGE_TOO_LARGE' }),
    );
  });

  it('is read by the primary key, and so is everything else of roll-ups', () => {
    const store = openStore();
    for (const width of ['minute', 'hour', 'day'] as const) {
      for (const [name, plan] of Object.entries(store.db.rollups[width].plans())) {
        const isWalk = name === 'ID_AFTER';
        const allowed = isWalk
          ? /^SCAN rollups_\w+$/
          : /^SEARCH rollups_\w+ USING INTEGER PRIMARY KEY|^SEARCH rollups_\w+$/;
        for (const step of plan)
          expect(`${name}: ${step}`).toMatch(new RegExp(`: ${allowed.source.replaceAll('^', '')}`));
      }
    }
  });
});

describe('a summary', () => {
  it('has the totals of its whole minutes, and the error rate of refusals and reported server errors', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, fc.integer({ min: 0, max: 3 * DAY }), async (rows, agoMs) => {
        const store = openStore();
        writeTraffic(store, rows);
        const from = Math.floor((NOW - agoMs) / MINUTE) * MINUTE;
        const inside = rows.filter((row) => row.atMs >= from);
        const { totals, topKeys } = await usageSummary(
          store,
          { from: at(NOW - agoMs), to: at(NOW + 1) },
          NOW,
          noPause,
        );
        expect(totals.total).toBe(inside.length);
        const bad =
          inside.filter((row) => row.code !== 'VALID').length +
          inside.filter((row) => (row.status ?? 0) >= 500).length;
        expect(totals.errorRate).toBeCloseTo(inside.length === 0 ? 0 : Math.min(1, bad / inside.length));
        const ofKey = inside.filter((row) => row.principal?.keyId === PRINCIPAL.keyId);
        expect(topKeys.find((key) => key.keyId === PRINCIPAL.keyId)?.total ?? 0).toBe(ofKey.length);
        store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('of all time is quick, however far the range reaches', async () => {
    const store = openStore();
    write(store, [decision()]);
    const endless = { from: at(0), to: at(8_640_000_000_000_000) };
    expect((await usageSummary(store, endless, NOW, noPause)).totals.total).toBe(1);
    expect((await usageSummary(store, { from: at(NOW), to: at(0) }, NOW, noPause)).totals.total).toBe(0);
  });

  it('names keys as they are called now, endpoints and callers by how often they come', async () => {
    const store = openStore();
    write(store, [
      decision({ atMs: at(NOW - 9) }),
      decision({
        atMs: at(NOW - 5),
        principal: { ...PRINCIPAL, keyName: 'New name' },
        clientIp: '198.51.100.7',
        code: 'EXPIRED',
      }),
      decision({ atMs: at(NOW - 7) }),
      decision({ principal: OTHER_PRINCIPAL, path: '/offers', method: 'POST' }),
    ]);
    const summary = await usageSummary(store, { from: at(NOW - HOUR), to: at(NOW + 1) }, NOW, noPause);
    expect(summary.topKeys).toEqual([
      { keyId: PRINCIPAL.keyId, name: 'New name', total: 3, refused: 1 },
      { keyId: OTHER_PRINCIPAL.keyId, name: 'Probe', total: 1, refused: 0 },
    ]);
    expect(summary.topEndpoints[0]).toEqual({ method: 'GET', path: '/inventory/42', total: 3, refused: 1 });
    expect(summary.callers[0]).toEqual({
      keyId: PRINCIPAL.keyId,
      secretVersion: 1,
      clientIp: '203.0.113.9',
      tags: [],
      userAgent: 'python-requests/2.31.0',
      count: 2,
      lastAt: NOW - 7,
    });
    expect(
      (
        await usageSummary(
          store,
          { keyId: OTHER_PRINCIPAL.keyId, from: at(NOW - HOUR), to: at(NOW + 1) },
          NOW,
          noPause,
        )
      ).totals.total,
    ).toBe(1);
  });
});

describe('usage by key', () => {
  it('covers the last 24 hours up to now, oldest first, in the order asked', () => {
    const store = openStore();
    write(store, [
      decision(),
      decision({ atMs: at(NOW - 23 * HOUR), code: 'EXPIRED' }),
      decision({ atMs: at(NOW - 24 * HOUR) }),
    ]);
    const [unknown, known] = usageByKey(store, { keyIds: ['aaaaaaaaaaaa' as KeyId, PRINCIPAL.keyId] }, NOW);
    expect(unknown).toMatchObject({ keyId: 'aaaaaaaaaaaa', total: 0, errorRate: 0 });
    expect(unknown?.series).toHaveLength(24);
    expect(known).toMatchObject({ total: 2, errorRate: 0.5 });
    expect(known?.series[0]).toEqual({ allowed: 0, refused: 1 });
    expect(known?.series[23]).toEqual({ allowed: 1, refused: 0 });
  });
});

describe('usage of a rotation', () => {
  const rotatedAtMs = at(NOW - 10 * MINUTE - 500);
  const question = { keyId: PRINCIPAL.keyId, currentVersion: 2, retiringVersion: 1, rotatedAtMs };
  const old = (ms: number, differs: object = {}) => decision({ atMs: at(ms), ...differs });
  const fresh = (ms: number) => decision({ atMs: at(ms), principal: { ...PRINCIPAL, secretVersion: 2 } });

  it('counts both secrets from the very moment of the rotation', async () => {
    const store = openStore();
    write(store, [
      old(rotatedAtMs - 1),
      old(rotatedAtMs),
      fresh(rotatedAtMs + 1),
      fresh(NOW - MINUTE),
      fresh(NOW),
    ]);
    expect(await usageRotation(store, question, NOW, noPause)).toMatchObject({
      currentCount: 3,
      retiringCount: 1,
      migratedShare: 0.75,
      windowFrom: rotatedAtMs,
    });
  });

  it('counts the last hour only, but names everyone who used the old secret since the rotation', async () => {
    const store = openStore();
    const longAgo = at(NOW - 2 * DAY);
    write(store, [
      old(longAgo - 5, { clientIp: '192.0.2.1' }),
      old(longAgo + 5, { clientIp: '192.0.2.2' }),
      old(NOW - 5, { clientIp: '192.0.2.3' }),
      fresh(NOW),
    ]);
    const usage = await usageRotation(store, { ...question, rotatedAtMs: longAgo }, NOW, noPause);
    expect(usage).toMatchObject({ currentCount: 1, retiringCount: 1, windowFrom: NOW - HOUR });
    expect(usage.retiringCallers.map((caller) => caller.clientIp)).toEqual(['192.0.2.3', '192.0.2.2']);
  });

  it('leaves out who has moved to the new secret, until that one calls with the old secret again', async () => {
    const store = openStore();
    const at1 = { clientIp: '192.0.2.1', userAgent: 'cron/1', tags: ['job=night'] };
    const at2 = { clientIp: '192.0.2.2', userAgent: 'web/2' };
    const by = (ms: number, who: object, secretVersion: number) =>
      decision({ atMs: at(ms), ...who, principal: { ...PRINCIPAL, secretVersion } });
    write(store, [by(NOW - 500, at1, 1), by(NOW - 400, at2, 1), by(NOW - 300, at1, 2)]);
    const names = async () => {
      const { retiringCallers, currentCallers } = await usageRotation(store, question, NOW, noPause);
      return {
        old: retiringCallers.map((one) => one.clientIp),
        now: currentCallers.map((one) => one.clientIp),
      };
    };
    expect(await names()).toEqual({ old: ['192.0.2.2'], now: ['192.0.2.1'] });
    write(store, [by(NOW - 200, at1, 1)]);
    expect((await names()).old.toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
    const [first] = (await usageRotation(store, question, NOW, noPause)).retiringCallers;
    expect(first).toMatchObject({ clientIp: '192.0.2.1', tags: ['job=night'], count: 2, lastAt: NOW - 200 });
  });

  it('has no share without traffic', async () => {
    expect(await usageRotation(openStore(), question, NOW, noPause)).toMatchObject({
      migratedShare: null,
      retiringCallers: [],
    });
  });
});

describe('durations', () => {
  it('are shown in ms where a service reported them', () => {
    const store = openStore();
    const one = decision();
    write(store, [one], [report([{ requestId: one.requestId, responseStatus: 200, durationMs: 12.4 }])]);
    const [bucket] = usageSeries(store, { from: NOW, to: at(NOW + 1), bucketMs: MINUTE });
    const p50 = bucket?.durationMs?.p50 ?? 0;
    expect(p50).toBeGreaterThanOrEqual(12.4);
    expect(p50).toBeLessThan(12.4 * 1.2);
  });
});
