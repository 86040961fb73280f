import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { findRows, idRange } from './list-requests.ts';
import { rowText } from './request-text.ts';
import type { ExportFileQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { searchOf } from './search-ranges.ts';

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

/** What the file of an export is written with. */
export interface ExportSources {
  readonly store: RequestsStore;
  readonly pause: Pause;
  /** Says when to stop. */
  readonly signal: AbortSignal;
  readonly tell: (done: number, total: number | null) => void;
}

/** Appends every matching row to a file, newest first, in this thread: as messages the text of a large log would pass through the
 *  thread that decides. How many rows. Throws what the disk says, and the signal's reason. */
export async function exportFile(
  { store, pause, signal, tell }: ExportSources,
  { filter, format, columns, path, total }: ExportFileQuestion,
): Promise<number> {
  const search = searchOf(store.db, filter);
  const { head, line } = rowText(format, columns);
  // Whoever asks has made it: one that was removed is not made again.
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    writeFileSync(file, head);
    let done = 0;
    const tellDone = () => {
      tell(done, total === null ? null : Math.max(total, done));
    };
    tellDone();
    await eachStretch({ store, search, range: idRange(filter), pause }, (stretch) => {
      signal.throwIfAborted();
      const found = store.db.search.rows(search.condition, stretch, Number.MAX_SAFE_INTEGER);
      writeFileSync(file, found.map(({ row }) => line(row)).join(''));
      done += found.length;
      tellDone();
      return 'more';
    });
    signal.throwIfAborted();
    return done;
  } finally {
    closeSync(file);
  }
}
