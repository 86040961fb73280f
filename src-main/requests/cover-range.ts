import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { RollupFloors } from './rollups.ts';

/** Buckets of one width, from (inclusive) to (exclusive). */
export interface CoverPart {
  readonly width: RollupWidth;
  readonly fromBucket: number;
  readonly toBucket: number;
}

/** The fewest buckets that make up a time range, widened to whole minutes: days in the middle, hours and minutes at the edges.
 *  Where narrower roll-ups were removed, an edge is widened to what is left. Ascending, without overlap. */
export function coverRange(fromMs: number, toMs: number, floors: RollupFloors): readonly CoverPart[] {
  const parts: CoverPart[] = [];
  if (fromMs >= toMs) return parts;
  let atMs = startAt(fromMs, floors);
  while (atMs < toMs) {
    const width = widestAt(atMs, toMs, floors);
    const widthMs = ROLLUP_MS[width];
    const last = parts.at(-1);
    const bucket = atMs / widthMs;
    if (last?.width === width) parts[parts.length - 1] = { ...last, toBucket: bucket + 1 };
    else parts.push({ width, fromBucket: bucket, toBucket: bucket + 1 });
    atMs += widthMs;
  }
  return parts;
}

function startAt(fromMs: number, floors: RollupFloors): number {
  const widthMs = ROLLUP_MS[narrowestAt(fromMs, floors)];
  return Math.floor(fromMs / widthMs) * widthMs;
}

function narrowestAt(atMs: number, { minuteMs, hourMs }: RollupFloors): RollupWidth {
  if (atMs >= minuteMs) return 'minute';
  return atMs >= hourMs ? 'hour' : 'day';
}

function widestAt(atMs: number, toMs: number, floors: RollupFloors): RollupWidth {
  const fits = (width: RollupWidth): boolean =>
    atMs % ROLLUP_MS[width] === 0 && atMs + ROLLUP_MS[width] <= toMs;
  if (fits('day')) return 'day';
  const narrowest = narrowestAt(atMs, floors);
  if (narrowest !== 'day' && fits('hour')) return 'hour';
  return narrowest;
}
