import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Pause } from './each-stretch.ts';
import { findRows, idRange } from './list-requests.ts';
import { csvHeader, csvRow, jsonRow } from './request-text.ts';
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
  const parts: string[] = format === 'csv' ? [csvHeader()] : [];
  const toText = format === 'csv' ? csvRow : jsonRow;
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
        parts.push(toText(row));
        rowCount += 1;
      }
    }
    const last = found.at(-1);
    if (found.length < wanted || last === undefined || truncated) break;
    range = { ...range, toId: last.id };
    await pause();
  }
  return {
    fileName: `latchkey-requests-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.${format}`,
    mediaType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    content: parts.join(''),
    rowCount,
    truncated,
  };
}
