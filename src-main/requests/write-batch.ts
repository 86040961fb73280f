import type { RequestId, ServiceId } from '#contract/ids.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import { histogramBin } from '#main/domain/histogram.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { JoinableRequest } from '#main/sqlite/requests-row-queries.ts';
import type { StoredReport } from '#main/sqlite/stored-request.ts';
import type { BatchUses } from './batch-uses.ts';
import { countsAsUse } from './decision-row.ts';
import type { Dimensions } from './dimensions.ts';
import { NO_BIN } from './open-cells.ts';
import type { Batch, KeyDescription, Report, ReportEntry } from './requests-messages.ts';
import type { LoggedDecision } from './read-texts.ts';
import type { Rollups } from './rollups.ts';
import type { RowIds } from './row-ids.ts';

/** Where rows are written, with what is known without asking the file. */
export interface LogTarget {
  readonly db: RequestsDatabase;
  readonly dimensions: Dimensions;
  readonly rowIds: RowIds;
}

/** What is gathered while rows are written, over several batches. */
export interface LogCounts {
  readonly rollups: Rollups;
  readonly uses: BatchUses;
}

type Rejection = LogResponse['rejected'][number];
type RejectionReason = Omit<Rejection, 'index'>;

/** Writes the rows of a batch: first all decisions, then the reports, which may join them; an answer to each report, in order.
 *  Must run inside a transaction. Counts are gathered in `counts`, not written. */
export function writeRows(
  target: LogTarget,
  { rollups, uses }: LogCounts,
  batch: Batch,
): readonly LogResponse[] {
  for (const decision of batch.decisions) writeDecision(target, rollups, uses, decision);
  return batch.reports.map((report) => {
    uses.addService(report.serviceId, report.atMs);
    const rejected: Rejection[] = [];
    report.entries.forEach((entry, index) => {
      const outcome = writeEntry(target, rollups, report, entry);
      if (outcome !== 'accepted') rejected.push({ index, ...outcome });
    });
    return { accepted: report.entries.length - rejected.length, rejected };
  });
}

function writeDecision(target: LogTarget, rollups: Rollups, uses: BatchUses, decision: LoggedDecision): void {
  const { db, dimensions, rowIds } = target;
  const { principal, method, userAgent, rule, detail, tags, clientIp, path } = decision;
  const id = rowIds.next(decision.atMs);
  const atMs = atMsOfRow(id);
  const principalId = dimensions.principal(principal);
  const serviceNumber = dimensions.service(decision.serviceId, decision.service);
  const code = CODE_NUMBERS[decision.code];
  const latencyUs = Math.round(decision.latencyUs);
  db.rows.insert({
    id,
    requestId: decision.requestId,
    principalId,
    serviceNumber,
    code,
    latencyUs,
    cost: decision.cost,
    methodId: method === null ? 0 : dimensions.texts.number(method, atMs),
    userAgentId: userAgent === null ? 0 : dimensions.agents.number(userAgent, atMs),
    ruleId: rule === null ? 0 : dimensions.texts.number(rule, atMs),
    detailId: detail === null ? 0 : dimensions.texts.number(detail, atMs),
    tagsId: tagsNumber(dimensions, tags, atMs),
    clientIp: clientIp === null ? 0 : dimensions.addresses.numberOrText(clientIp, atMs),
    path: path === null ? 0 : dimensions.paths.numberOrText(path, atMs),
    report: null,
  });
  const counted = {
    rowId: id,
    principalId,
    serviceNumber,
    code,
    isRow: true,
    latencyBin: histogramBin(latencyUs),
    status: 0,
    durationBin: NO_BIN,
    isUse: countsAsUse(decision.code),
  };
  rollups.add(counted, principal === null ? null : principal.environment);
  uses.addDecision(decision);
}

/** A new row, or a known one has the status now or had it before. */
function writeEntry(
  target: LogTarget,
  rollups: Rollups,
  report: Report,
  { entry, key }: ReportEntry,
): 'accepted' | RejectionReason {
  if (entry.requestId !== undefined)
    return joinEntry(target, rollups, report.serviceId, entry.requestId, entry);
  if (key === null) return { code: 'UNKNOWN_KEY', detail: `There is no key ${entry.keyId ?? ''}.` };
  writeReported(target, rollups, report, entry, key);
  return 'accepted';
}

function joinEntry(
  { db, dimensions }: LogTarget,
  rollups: Rollups,
  serviceId: ServiceId,
  requestId: RequestId,
  entry: LogEntry,
): 'accepted' | RejectionReason {
  let isKnown = false;
  for (const id of db.rows.idsOf(requestId)) {
    const row = db.rows.joinable(id);
    if (row === undefined) continue;
    isKnown = true;
    if (dimensions.serviceIdOf(row.serviceNumber) !== serviceId) continue;
    if (row.responseStatus === null) joinRow({ db, dimensions, rollups }, row, entry);
    return 'accepted';
  }
  return isKnown
    ? { code: 'OTHER_SERVICE', detail: `Request ${requestId} was verified by another service.` }
    : { code: 'UNKNOWN_REQUEST', detail: `Request ${requestId} is not in the log.` };
}

function joinRow(
  { db, dimensions, rollups }: Omit<LogTarget, 'rowIds'> & Pick<LogCounts, 'rollups'>,
  row: JoinableRequest,
  entry: LogEntry,
): void {
  const { id, principalId, serviceNumber, code } = row;
  const report = reportedFacts(dimensions, entry, atMsOfRow(id));
  db.rows.join({ id, ...report });
  const counted = { rowId: id, principalId, serviceNumber, code, isRow: false, isUse: false };
  rollups.add(
    { ...counted, latencyBin: NO_BIN, ...countedReport(report) },
    dimensions.environmentOf(principalId),
  );
}

function writeReported(
  { db, dimensions, rowIds }: LogTarget,
  rollups: Rollups,
  report: Report,
  entry: LogEntry,
  key: KeyDescription,
): void {
  // A row in the future would stay on top of the log and outlive every retention.
  const id = rowIds.next(Math.min(entry.at ?? report.atMs, report.atMs));
  const atMs = atMsOfRow(id);
  const principalId = dimensions.principal(key);
  const serviceNumber = dimensions.service(report.serviceId, report.service);
  const facts = reportedFacts(dimensions, entry, atMs);
  const { method, userAgent, clientIp, path } = entry;
  db.rows.insert({
    id,
    requestId: null,
    principalId,
    serviceNumber,
    code: CODE_NUMBERS.VALID,
    latencyUs: 0,
    cost: 0,
    methodId: method === undefined ? 0 : dimensions.texts.number(method, atMs),
    userAgentId: userAgent === undefined ? 0 : dimensions.agents.number(userAgent, atMs),
    ruleId: 0,
    detailId: 0,
    tagsId: tagsNumber(dimensions, entry.tags ?? [], atMs),
    clientIp: clientIp === undefined ? 0 : dimensions.addresses.numberOrText(clientIp, atMs),
    path: path === undefined ? 0 : dimensions.paths.numberOrText(path, atMs),
    report: facts,
  });
  const counted = {
    rowId: id,
    principalId,
    serviceNumber,
    code: CODE_NUMBERS.VALID,
    isRow: true,
    isUse: false,
  };
  rollups.add({ ...counted, latencyBin: NO_BIN, ...countedReport(facts) }, key.environment);
}

function reportedFacts(
  dimensions: Dimensions,
  { responseStatus, durationMs, bytes, errorCode }: LogEntry,
  atMs: number,
): Omit<StoredReport, 'id'> {
  return {
    responseStatus,
    durationUs: durationMs === undefined ? null : Math.round(durationMs * 1_000),
    responseBytes: bytes ?? null,
    errorCodeId: errorCode === undefined ? null : dimensions.texts.number(errorCode, atMs),
  };
}

function countedReport({ responseStatus, durationUs }: Omit<StoredReport, 'id'>) {
  return {
    status: responseStatus,
    durationBin: durationUs === null ? NO_BIN : histogramBin(durationUs / 1_000),
  };
}

function tagsNumber(dimensions: Dimensions, tags: readonly string[], atMs: number): number {
  return tags.length === 0 ? 0 : dimensions.plain.number(JSON.stringify(tags.map(redactKeys)), atMs);
}
