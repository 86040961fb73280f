import type { AuditEvent } from '#contract/audit.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { EXPORT_ROWS_MAX } from '#contract/requests.ts';
import type { UseCaseContext } from '#main/context.ts';
import { csvText } from '#main/platform/csv-text.ts';

/** The newest EXPORT_ROWS_MAX matching events as text, newest first. */
export function exportAudit(
  context: UseCaseContext,
  input: HandlerInput<'audit.export'>,
): Output<'audit.export'> {
  const found = context.db.audit.page(input.filter, Number.MAX_SAFE_INTEGER, EXPORT_ROWS_MAX + 1);
  const events = found.slice(0, EXPORT_ROWS_MAX);
  const day = new Date(context.nowMs).toISOString().slice(0, 10);
  return {
    fileName: `latchkey-audit-${day}.${input.format}`,
    mediaType: input.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    content:
      input.format === 'csv' ? asCsv(events) : events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    rowCount: events.length,
    truncated: found.length > events.length,
  };
}

const COLUMNS: readonly (readonly [name: string, cell: (event: AuditEvent) => string])[] = [
  ['seq', (event) => String(event.seq)],
  ['at', (event) => new Date(event.at).toISOString()],
  ['actorKind', (event) => event.actor.kind],
  ['actorId', (event) => event.actor.id],
  ['actorName', (event) => event.actor.name],
  ['action', (event) => event.action],
  ['subjectKind', (event) => event.subject.kind],
  ['subjectId', (event) => event.subject.id],
  ['subjectName', (event) => event.subject.name],
  ['before', (event) => (event.before === null ? '' : JSON.stringify(event.before))],
  ['after', (event) => (event.after === null ? '' : JSON.stringify(event.after))],
  ['reason', (event) => event.reason ?? ''],
  ['hash', (event) => event.hash],
];

function asCsv(events: readonly AuditEvent[]): string {
  return csvText([
    COLUMNS.map(([name]) => name),
    ...events.map((event) => COLUMNS.map(([, cell]) => cell(event))),
  ]);
}
