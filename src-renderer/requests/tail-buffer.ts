import type { RequestRow } from '#contract/requests.ts';

/** Rows that the live tail keeps; older ones leave it. */
export const TAIL_ROWS_MAX = 5_000;

/** What the live tail shows and what waits while it is paused. Rows are oldest first. */
export interface TailBuffer {
  readonly shown: readonly RequestRow[];
  readonly waiting: readonly RequestRow[];
  /** Rows that came since the pause, also those that are sampled away. */
  readonly waitingCount: number;
  readonly isPaused: boolean;
  /** Of the last rows every nth is shown; 1 = all. */
  readonly every: number;
}

/** What happens to it. */
export type TailEvent =
  | {
      readonly kind: 'arrived';
      readonly items: readonly RequestRow[];
      readonly matched: number;
      readonly every: number;
    }
  /** Rows that are known already, as the log has them now: a status was reported meanwhile. */
  | { readonly kind: 'refreshed'; readonly items: readonly RequestRow[] }
  | { readonly kind: 'pause' | 'resume' | 'clear' | 'restart' };

export const EMPTY_TAIL: TailBuffer = { shown: [], waiting: [], waitingCount: 0, isPaused: false, every: 1 };

/** The tail after an event. While it is paused nothing of what is shown comes, goes or moves. */
export function tailAfter(tail: TailBuffer, event: TailEvent): TailBuffer {
  switch (event.kind) {
    case 'arrived': {
      if (event.matched === 0) return tail.every === event.every ? tail : { ...tail, every: event.every };
      const rows = capped([...(tail.isPaused ? tail.waiting : tail.shown), ...event.items]);
      return tail.isPaused
        ? { ...tail, waiting: rows, waitingCount: tail.waitingCount + event.matched, every: event.every }
        : { ...tail, shown: rows, every: event.every };
    }
    case 'refreshed': {
      const byId = new Map(event.items.map((row) => [row.requestId, row]));
      return { ...tail, shown: renewed(tail.shown, byId), waiting: renewed(tail.waiting, byId) };
    }
    case 'pause':
      return { ...tail, isPaused: true };
    case 'resume':
      return {
        ...tail,
        shown: capped([...tail.shown, ...tail.waiting]),
        waiting: [],
        waitingCount: 0,
        isPaused: false,
      };
    case 'clear':
      return { ...tail, shown: [], waiting: [], waitingCount: 0 };
    case 'restart':
      return EMPTY_TAIL;
  }
}

function capped(rows: readonly RequestRow[]): readonly RequestRow[] {
  return rows.length > TAIL_ROWS_MAX ? rows.slice(-TAIL_ROWS_MAX) : rows;
}

/** The same list where nothing changed, so that nothing is drawn again. */
function renewed(rows: readonly RequestRow[], byId: ReadonlyMap<string, RequestRow>): readonly RequestRow[] {
  let isChanged = false;
  const next = rows.map((row) => {
    const newer = byId.get(row.requestId);
    if (newer === undefined || newer.responseStatus === row.responseStatus) return row;
    isChanged = true;
    return newer;
  });
  return isChanged ? next : rows;
}
