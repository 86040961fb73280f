import type { RequestRow } from '#contract/requests.ts';
import { csvText } from '#main/platform/csv-text.ts';

/** Columns of the CSV export, in order. */
export const CSV_COLUMNS = [
  'at',
  'requestId',
  'source',
  'environment',
  'partner',
  'application',
  'keyId',
  'keyName',
  'secretVersion',
  'service',
  'method',
  'path',
  'code',
  'responseStatus',
  'durationMs',
  'bytes',
  'errorCode',
  'clientIp',
  'userAgent',
  'rule',
  'detail',
  'latencyUs',
  'cost',
  'tags',
] as const;

/** The first line of the CSV. */
export function csvHeader(): string {
  return csvText([CSV_COLUMNS]);
}

/** One request as a line of CSV. Times as ISO 8601 UTC. */
export function csvRow(row: RequestRow): string {
  const cells = CSV_COLUMNS.map((column) => {
    if (column === 'at') return new Date(row.at).toISOString();
    if (column === 'tags') return row.tags.join(' ');
    const value = row[column];
    return value === null ? '' : String(value);
  });
  return csvText([cells]);
}

/** One request as a line of JSON, fields as in `requests.list`. */
export function jsonRow(row: RequestRow): string {
  return `${JSON.stringify(row)}\n`;
}
