import type { ExportColumn } from '#contract/request-export.ts';

/** What each column of the log is in a file. */
const FIELDS: Readonly<Record<string, readonly ExportColumn[]>> = {
  time: ['at'],
  outcome: ['code'],
  status: ['responseStatus'],
  method: ['method'],
  path: ['path'],
  key: ['keyId', 'keyName'],
  partner: ['partner'],
  duration: ['durationMs'],
  caller: ['clientIp'],
  service: ['service'],
  secret: ['secretVersion'],
  agent: ['userAgent'],
  requestId: ['requestId'],
  rule: ['rule'],
  application: ['application'],
  bytes: ['bytes'],
  tags: ['tags'],
  cost: ['cost'],
  latency: ['latencyUs'],
  detail: ['detail'],
  error: ['errorCode'],
  env: ['environment'],
};

/** Fields of a file with the columns that are shown, in their order. */
export function exportColumns(ids: readonly string[]): readonly ExportColumn[] {
  return ids.flatMap((id) => FIELDS[id] ?? []);
}
