import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Pause } from './each-stretch.ts';
import { findRows, idRange } from './list-requests.ts';
import { rowText } from './request-text.ts';
import type { ExportPart, ExportPartQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Rows read at once: a few ms, after which waiting batches are written. */
const CHUNK_ROWS = 1_000;

/** The newest matching rows as text. `pause` is awaited between chunks, so that an export does not hold up the log.
 *  Rows written meanwhile are newer than the first chunk and not part of it. */
export async function exportRequests(
  store: RequestsStore,
  { filter, format, limit }: HandlerInput<'requests.export'>,
  nowMs: number,
  pause: Pause,
): Promise<Output<'requests.export'>> {
  const text = rowText(format, null);
  const parts: string[] = [text.head];
  let range = idRange(filter);
  let rowCount = 0;
  let truncated = false;
  for (;;) {
    // One more than is wanted tells whether more match.
    const wanted = Math.min(CHUNK_ROWS, limit - rowCount + 1);
    const found = await findRows({ store, filter, range, limit: wanted, pause });
    for (const { row } of found) {
      if (rowCount === limit) truncated = true;
      else {
        parts.push(text.line(row));
        rowCount += 1;
      }
    }
    const last = found.at(-1);
    if (found.length < wanted || last === undefined || truncated) break;
    range = { ...range, toId: last.id };
    await pause();
  }
  return {
    fileName: exportFileName(nowMs, format),
    mediaType: text.mediaType,
    content: parts.join(''),
    rowCount,
    truncated,
  };
}

/** `latchkey-requests-20261122T120030Z.csv`. */
export function exportFileName(nowMs: number, format: string): string {
  return `latchkey-requests-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.${format}`;
}

/** Rows of one part of a file: a few ms of writing, and what waits between two is short. */
const PART_ROWS = 2_000;

/** The next rows of a file as text, newest first, and where to go on; null = there are no more. */
export async function exportPart(
  store: RequestsStore,
  { filter, format, columns, beforeId }: ExportPartQuestion,
  pause: Pause,
): Promise<ExportPart> {
  const range = beforeId === null ? idRange(filter) : idRange(filter, beforeId);
  const found = await findRows({ store, filter, range, limit: PART_ROWS, pause });
  const { line } = rowText(format, columns);
  return {
    text: found.map(({ row }) => line(row)).join(''),
    rows: found.length,
    beforeId: found.length < PART_ROWS ? null : (found.at(-1)?.id ?? null),
  };
}
