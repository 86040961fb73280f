import type { RequestsLimitQueries, WindowUseRow } from '#main/sqlite/requests-limit-queries.ts';
import type { WindowUse } from './decision-row.ts';

/** Uses of a window that are kept one by one, each with the millisecond at which it leaves. */
const EXACT_MAX = 64;
/** Rows for these: one more has not left yet when the newest comes, because a use leaves with the end of its millisecond. */
const EXACT_ROWS_MAX = EXACT_MAX + 1;
/** Steps into which a window is cut for the uses beyond. */
const STEPS = 60;

interface TimedUse {
  readonly atMs: number;
  readonly windowMs: number;
  readonly cost: number;
}

/** What the decisions of one batch took from rate limit windows, on its way to the disk: with exact times as long as a window has
 *  few uses, and beyond that in steps, so that a window takes some 130 rows at most. Never leaves too early. */
export class BatchWindows {
  readonly #uses = new Map<string, TimedUse[]>();

  add({ windowId, windowMs, cost }: WindowUse, atMs: number): void {
    const use = { atMs, windowMs, cost };
    const known = this.#uses.get(windowId);
    if (known === undefined) this.#uses.set(windowId, [use]);
    else known.push(use);
  }

  /** `newestMs`: of the batch; what has left its window by then is removed, or not written at all. */
  write(limits: RequestsLimitQueries, newestMs: number): void {
    if (this.#uses.size === 0) return;
    limits.dropWindows(newestMs);
    for (const [windowId, uses] of this.#uses) {
      const inside = uses.filter((use) => leavesAtMs(use) > newestMs);
      const room = inside.length === 0 ? 0 : EXACT_ROWS_MAX - limits.windowRows(windowId, EXACT_ROWS_MAX);
      for (const row of rowsOf(windowId, inside, room)) limits.addWindow(row);
    }
  }
}

/** The first `room` moments by themselves, further ones in steps. */
function rowsOf(windowId: string, uses: readonly TimedUse[], room: number): Iterable<WindowUseRow> {
  const rows = new Map<number, WindowUseRow>();
  for (const use of uses) {
    const exactMs = leavesAtMs(use);
    const at = rows.has(exactMs) || rows.size < room ? exactMs : steppedLeavesAtMs(use);
    const cost = (rows.get(at)?.cost ?? 0) + use.cost;
    rows.set(at, { leavesAtMs: at, windowId, windowMs: use.windowMs, cost });
  }
  return rows.values();
}

/** Moments are logged without their fractions: a use leaves with the end of its millisecond, never too early. */
function leavesAtMs({ atMs, windowMs }: TimedUse): number {
  return atMs + windowMs + 1;
}

/** The same in steps of a sixtieth of the window, at most one step too late. */
function steppedLeavesAtMs({ atMs, windowMs }: TimedUse): number {
  const stepMs = Math.ceil(windowMs / STEPS);
  return (Math.floor(atMs / stepMs) + 1) * stepMs + windowMs;
}
