import type { RequestId, ServiceId } from '#contract/ids.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { JoinableRequest } from '#main/sqlite/requests-row-queries.ts';
import type { BatchRollups } from './batch-rollups.ts';
import type { BatchUses } from './batch-uses.ts';
import type { DecisionRow } from './decision-row.ts';
import type { Dimensions } from './dimensions.ts';
import type { Batch, KeyDescription, Report, ReportEntry } from './requests-messages.ts';
import type { RowIds } from './row-ids.ts';
import { PATH_BYTES_MAX, SHORT_TEXT_BYTES_MAX, storedText, USER_AGENT_BYTES_MAX } from './stored-text.ts';

/** Where rows are written, with what is known without asking the file. */
export interface LogTarget {
  readonly db: RequestsDatabase;
  readonly dimensions: Dimensions;
  readonly rowIds: RowIds;
}

/** What is gathered while rows are written, over several batches. */
export interface LogCounts {
  readonly rollups: BatchRollups;
  readonly uses: BatchUses;
}

/** What became of a batch. */
export interface WrittenRows {
  readonly rowCount: number;
  /** One for each report of the batch, in order. */
  readonly replies: readonly LogResponse[];
}

type Rejection = LogResponse['rejected'][number];
type RejectionReason = Omit<Rejection, 'index'>;

/** Writes the rows of a batch: first all decisions, then the reports, which may join them. Must run inside a transaction.
 *  Counts are gathered in `counts`, not written. */
export function writeRows(target: LogTarget, { rollups, uses }: LogCounts, batch: Batch): WrittenRows {
  for (const decision of batch.decisions) writeDecision(target, rollups, uses, decision);
  let rowCount = batch.decisions.length;
  const replies = batch.reports.map((report) => {
    uses.addService(report.serviceId, report.atMs);
    const rejected: Rejection[] = [];
    report.entries.forEach((entry, index) => {
      const outcome = writeEntry(target, rollups, report, entry);
      if (outcome === 'row') rowCount += 1;
      else if (outcome !== 'joined') rejected.push({ index, ...outcome });
    });
    return { accepted: report.entries.length - rejected.length, rejected };
  });
  return { rowCount, replies };
}

function writeDecision(
  target: LogTarget,
  rollups: BatchRollups,
  uses: BatchUses,
  decision: DecisionRow,
): void {
  const { db, dimensions, rowIds } = target;
  const { principal } = decision;
  const id = rowIds.next(decision.atMs);
  const atMs = atMsOfRow(id);
  const principalId = dimensions.principal(principal);
  const serviceNumber = dimensions.service(decision.serviceId, decision.service);
  const code = CODE_NUMBERS[decision.code];
  const text = (value: string | null, bytesMax = SHORT_TEXT_BYTES_MAX): number | null =>
    value === null ? null : dimensions.text(storedText(value, bytesMax), atMs);
  db.rows.insert({
    id,
    requestId: decision.requestId,
    principalId,
    serviceNumber,
    code,
    source: 0,
    latencyUs: Math.round(decision.latencyUs),
    cost: decision.cost,
    methodId: text(decision.method),
    userAgentId: text(decision.userAgent, USER_AGENT_BYTES_MAX),
    ruleId: text(decision.rule),
    detailId: text(decision.detail),
    tagsId: tagsText(dimensions, decision.tags, atMs),
    responseStatus: null,
    durationUs: null,
    responseBytes: null,
    errorCodeId: null,
    clientIp: decision.clientIp === null ? null : storedText(decision.clientIp, SHORT_TEXT_BYTES_MAX),
    path: decision.path === null ? null : storedText(decision.path, PATH_BYTES_MAX),
  });
  const environment = principal?.environment ?? null;
  rollups.addRow({ atMs, principalId, environment, serviceNumber, code }, decision.latencyUs);
  uses.addDecision(decision);
}

/** `row` = a new row, `joined` = a known one has the status now or had it before. */
function writeEntry(
  target: LogTarget,
  rollups: BatchRollups,
  report: Report,
  { entry, key }: ReportEntry,
): 'row' | 'joined' | RejectionReason {
  if (entry.requestId !== undefined)
    return joinEntry(target, rollups, report.serviceId, entry.requestId, entry);
  if (key === null) return { code: 'UNKNOWN_KEY', detail: `There is no key ${entry.keyId ?? ''}.` };
  writeReported(target, rollups, report, entry, key);
  return 'row';
}

function joinEntry(
  { db, dimensions }: LogTarget,
  rollups: BatchRollups,
  serviceId: ServiceId,
  requestId: RequestId,
  entry: LogEntry,
): 'joined' | RejectionReason {
  const found = db.rows.joinable(requestId);
  const row = found.find((one) => dimensions.serviceIdOf(one.serviceNumber) === serviceId);
  if (row === undefined) return notJoinable(found, requestId);
  if (row.responseStatus !== null) return 'joined';
  const atMs = atMsOfRow(row.id);
  db.rows.join({ id: row.id, ...reportedFacts(dimensions, entry, atMs) });
  const { principalId, serviceNumber, code } = row;
  const environment = dimensions.environmentOf(principalId);
  const request = { atMs, principalId, environment, serviceNumber, code };
  rollups.addStatus(request, entry.responseStatus, entry.durationMs ?? null);
  return 'joined';
}

function notJoinable(found: readonly JoinableRequest[], requestId: RequestId): RejectionReason {
  return found.length > 0
    ? { code: 'OTHER_SERVICE', detail: `Request ${requestId} was verified by another service.` }
    : { code: 'UNKNOWN_REQUEST', detail: `Request ${requestId} is not in the log.` };
}

function writeReported(
  { db, dimensions, rowIds }: LogTarget,
  rollups: BatchRollups,
  report: Report,
  entry: LogEntry,
  key: KeyDescription,
): void {
  // A row in the future would stay on top of the log and outlive every retention.
  const id = rowIds.next(Math.min(entry.at ?? report.atMs, report.atMs));
  const atMs = atMsOfRow(id);
  const principalId = dimensions.principal(key);
  const serviceNumber = dimensions.service(report.serviceId, report.service);
  const text = (value: string | undefined, bytesMax: number): number | null =>
    value === undefined ? null : dimensions.text(storedText(value, bytesMax), atMs);
  db.rows.insert({
    id,
    requestId: `req_r${id.toString(36)}`,
    principalId,
    serviceNumber,
    code: CODE_NUMBERS.VALID,
    source: 1,
    latencyUs: 0,
    cost: 0,
    methodId: text(entry.method, SHORT_TEXT_BYTES_MAX),
    userAgentId: text(entry.userAgent, USER_AGENT_BYTES_MAX),
    ruleId: null,
    detailId: null,
    tagsId: tagsText(dimensions, entry.tags ?? [], atMs),
    ...reportedFacts(dimensions, entry, atMs),
    clientIp: entry.clientIp === undefined ? null : storedText(entry.clientIp, SHORT_TEXT_BYTES_MAX),
    path: entry.path === undefined ? null : storedText(entry.path, PATH_BYTES_MAX),
  });
  const request = {
    atMs,
    principalId,
    environment: key.environment,
    serviceNumber,
    code: CODE_NUMBERS.VALID,
  };
  rollups.addRow(request, null);
  rollups.addStatus(request, entry.responseStatus, entry.durationMs ?? null);
}

function reportedFacts(dimensions: Dimensions, entry: LogEntry, atMs: number) {
  const errorCode = entry.errorCode ?? null;
  return {
    responseStatus: entry.responseStatus,
    durationUs: entry.durationMs === undefined ? null : Math.round(entry.durationMs * 1_000),
    responseBytes: entry.bytes ?? null,
    errorCodeId:
      errorCode === null ? null : dimensions.text(storedText(errorCode, SHORT_TEXT_BYTES_MAX), atMs),
  };
}

function tagsText(dimensions: Dimensions, tags: readonly string[], atMs: number): number | null {
  return tags.length === 0 ? null : dimensions.text(JSON.stringify(tags.map(redactKeys)), atMs);
}
