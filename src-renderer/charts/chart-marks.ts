/** From a moment to another, the second not included. ms UTC. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Something that happened, to be flagged on the time axis. */
export interface ChartEvent {
  readonly atMs: number;
  readonly text: string;
}

/** What every chart of a page draws beside its own data, and what its brush does. */
export interface ChartMarks {
  readonly selection: Stretch | null;
  /** Called with the buckets that were brushed, with mouse or keyboard; null = none any more. Without it there is no brush. */
  readonly onSelect: ((selection: Stretch | null) => void) | null;
  readonly events: readonly ChartEvent[];
}

/** A bucket as marks need it. */
interface MarkPoint {
  readonly start: number;
  readonly end: number;
}

/** The buckets between two places, whichever is first, as a stretch of time; null where there are none. */
export function stretchOf(points: readonly MarkPoint[], one: number, other: number): Stretch | null {
  const first = points[Math.min(one, other)];
  const last = points[Math.max(one, other)];
  return first === undefined || last === undefined ? null : { fromMs: first.start, toMs: last.end };
}

/** Which part of the plot a stretch covers: left edge and width, 0 to 1; null when it lies outside. */
export function shareOf(
  points: readonly MarkPoint[],
  stretch: Stretch,
): { readonly left: number; readonly width: number } | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const lengthMs = last.end - first.start;
  const left = Math.max(0, (stretch.fromMs - first.start) / lengthMs);
  const right = Math.min(1, (stretch.toMs - first.start) / lengthMs);
  return right <= left ? null : { left, width: right - left };
}

/** The bucket under a place of the plot, 0 to 1 from its left edge; the nearest one outside. */
export function bucketAt(points: readonly MarkPoint[], share: number): number {
  return Math.min(points.length - 1, Math.max(0, Math.floor(share * points.length)));
}
