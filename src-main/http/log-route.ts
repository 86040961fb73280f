import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import { LOG_ENTRIES_MAX, logEntry } from '#contract/verify.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { ServiceDoor } from './doors.ts';
import { inputProblem } from './input-problem.ts';
import type { InputProblem } from './input-problem.ts';
import { JSON_DEPTH_MAX, parseJsonBody, parseJsonText } from './json-body.ts';
import { sendProblem } from './problem.ts';
import { sendJson } from './send-json.ts';

/** The body with several entries. */
export const logEntriesRequest = z.strictObject({
  entries: z.array(z.unknown()).min(1).max(LOG_ENTRIES_MAX).readonly(),
});

type Rejection = LogResponse['rejected'][number];
type Taken =
  | { readonly ok: true; readonly entries: readonly unknown[]; readonly unreadable: readonly Rejection[] }
  | { readonly ok: false; readonly problem: InputProblem };

/** POST /v1/log: one report, `{ entries }`, or one report a line (NDJSON). Entries that are wrong are named by their index; the
 *  others are taken. Answers 202 once the log's worker has them. */
export async function answerLog(
  door: ServiceDoor,
  service: ServiceRef,
  sent: { readonly body: Buffer; readonly isNdjson: boolean },
  response: ServerResponse,
): Promise<void> {
  const requestId = door.newRequestId();
  const taken = sent.isNdjson ? readLines(sent.body) : readBatch(sent.body);
  if (!taken.ok) {
    sendProblem(response, { status: 400, requestId, ...taken.problem });
    return;
  }
  const { entries, indexes, rejected } = sift(taken.entries);
  try {
    const answer = entries.length === 0 ? NOTHING : await door.report(service.id, entries);
    const late = answer.rejected.map((one) => ({ ...one, index: indexes[one.index] ?? one.index }));
    const all = [...taken.unreadable, ...rejected, ...late].sort((a, b) => a.index - b.index);
    sendJson(response, 202, { accepted: answer.accepted, rejected: all });
  } catch (error) {
    door.logger.error('Reports could not be taken.', { requestId, serviceId: service.id, error });
    sendProblem(response, {
      status: 503,
      code: 'LOG_UNAVAILABLE',
      detail:
        'The request log cannot be written right now. Verification goes on; send the report again later.',
      requestId,
      retryAfterMs: 2_000,
    });
  }
}

const NOTHING: LogResponse = { accepted: 0, rejected: [] };

function readBatch(body: Buffer): Taken {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (!json.ok) return { ok: false, problem: { code: 'BAD_REQUEST', detail: json.message } };
  const { value } = json;
  if (typeof value === 'object' && value !== null && 'entries' in value) {
    const batch = logEntriesRequest.safeParse(value);
    if (!batch.success) return { ok: false, problem: inputProblem(batch.error) };
    return { ok: true, entries: batch.data.entries, unreadable: [] };
  }
  // A single report has nothing beside it that could still be taken: it is refused whole.
  const single = logEntry.safeParse(value);
  if (!single.success) return { ok: false, problem: inputProblem(single.error) };
  return { ok: true, entries: [value], unreadable: [] };
}

/** Blank lines are skipped; indexes count the others. An unreadable line takes the place of an entry that no schema accepts. */
function readLines(body: Buffer): Taken {
  const lines = body
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length === 0 || lines.length > LOG_ENTRIES_MAX) {
    const detail = `Send 1 to ${String(LOG_ENTRIES_MAX)} lines, one report each.`;
    return { ok: false, problem: { code: 'BAD_REQUEST', detail, field: 'entries' } };
  }
  const unreadable: Rejection[] = [];
  const entries = lines.map((line, index) => {
    const json = parseJsonText(line, JSON_DEPTH_MAX);
    if (json.ok) return json.value;
    unreadable.push({ index, code: 'INVALID_ENTRY', detail: json.message });
    return UNREADABLE;
  });
  return { ok: true, entries, unreadable };
}

const UNREADABLE = Symbol('unreadable line');

/** Splits what the schema accepts from what it refuses. `indexes[n]` = place of the nth accepted entry in what was sent. */
function sift(sent: readonly unknown[]) {
  const entries: LogEntry[] = [];
  const indexes: number[] = [];
  const rejected: Rejection[] = [];
  for (const [index, value] of sent.entries()) {
    if (value === UNREADABLE) continue;
    const parsed = logEntry.safeParse(value);
    if (parsed.success) {
      entries.push(parsed.data);
      indexes.push(index);
    } else {
      rejected.push({ index, code: 'INVALID_ENTRY', detail: inputProblem(parsed.error).detail });
    }
  }
  return { entries, indexes, rejected };
}
