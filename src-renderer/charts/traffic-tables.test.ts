import { describe, expect, it } from 'vitest';
import type { UsageBucket } from '#contract/usage.ts';
import { trafficPoints } from './traffic-series.ts';
import { coverageText, linesTable, volumeTable } from './traffic-tables.ts';

const bucket = (bucketStart: number, total: number): UsageBucket => ({
  bucketStart: bucketStart as UsageBucket['bucketStart'],
  total,
  byCode: { VALID: total },
  byStatusClass: { '2xx': total },
  reported: total,
  reported429: 0,
  latencyUs: total === 0 ? null : { p50: 100, p95: 200, p99: 300 },
  durationMs: null,
});
const points = trafficPoints([bucket(0, 1_200), bucket(60_000, 0), bucket(120_000, 3)], 60_000, 130_000);

describe('tables behind charts', () => {
  it('have a row for every bucket, newest first, and totals that are their sums', () => {
    const table = volumeTable(points, 'utc');
    expect(table.rows.map((row) => row.at(-1))).toEqual(['3', '0', '1,200']);
    expect(table.totals?.at(-1)).toBe('1,203');
    expect(table.rows[0]?.[0]).toContain('still filling');
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  });

  it('leave out buckets without a value of any line', () => {
    const table = linesTable(points, [{ name: 'p50', valueOf: (point) => point.verifyP50Ms }], String, 'utc');
    expect(table.rows.map((row) => row[1])).toEqual(['0.1', '0.1']);
  });

  it('say in words how many requests have a reported status', () => {
    expect(coverageText(null)).toMatch(/No requests/);
    expect(coverageText(0)).toMatch(/not reported/);
    expect(coverageText(0.83)).toBe('Status reported for 83 % of requests.');
    expect(coverageText(1)).toMatch(/every request/);
  });
});
