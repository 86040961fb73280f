import { count, percent } from '#renderer/format/numbers.ts';
import type { TimeZoneChoice } from '#renderer/format/time.ts';
import type { ChartTableData } from './chart-table.tsx';
import type { LinePoint } from './line-data.ts';
import { bucketText } from './tick-text.ts';
import { TRAFFIC_LABELS, TRAFFIC_SERIES, trafficTotals, type TrafficPoint } from './traffic-series.ts';

/** Requests per bucket and series, newest first, with totals that equal the log's. */
export function volumeTable(points: readonly TrafficPoint[], zone: TimeZoneChoice): ChartTableData {
  const totals = trafficTotals(points);
  return {
    columns: ['Time', ...TRAFFIC_SERIES.map((series) => TRAFFIC_LABELS[series]), 'Total'],
    rows: points
      .toReversed()
      .map((point) => [
        bucketName(point, zone),
        ...TRAFFIC_SERIES.map((series) => count(point[series])),
        count(point.total),
      ]),
    totals: ['Total', ...TRAFFIC_SERIES.map((series) => count(totals.counts[series])), count(totals.total)],
  };
}

/** Values of lines per bucket, newest first; buckets without any value are left out. */
export function linesTable<Point extends LinePoint>(
  points: readonly Point[],
  lines: readonly { readonly name: string; readonly valueOf: (point: Point) => number | null }[],
  valueText: (value: number) => string,
  zone: TimeZoneChoice,
): ChartTableData {
  const rows = points.toReversed().flatMap((point) => {
    const values = lines.map((line) => line.valueOf(point));
    if (values.every((value) => value === null)) return [];
    return [
      [bucketName(point, zone), ...values.map((value) => (value === null ? 'no data' : valueText(value)))],
    ];
  });
  return { columns: ['Time', ...lines.map((line) => line.name)], rows };
}

/** `Status reported for 83 % of requests.` Says it in words at both ends. */
export function coverageText(coverage: number | null): string {
  if (coverage === null) return 'No requests in this range.';
  if (coverage === 0) return 'Status not reported: services can send it to /v1/log.';
  if (coverage === 1) return 'Status reported for every request.';
  return `Status reported for ${percent(coverage)} of requests.`;
}

function bucketName(point: LinePoint, zone: TimeZoneChoice): string {
  return `${bucketText(point, zone)}${point.isPartial ? ' (still filling)' : ''}`;
}
