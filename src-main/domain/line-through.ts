/** Standard errors of a slope from which it is no accident: one in forty. */
const SLOPE_ERRORS_MIN = 2;

/** A line through the counts of days. */
export interface Line {
  /** A day. */
  readonly slope: number;
  /** A slope that is nearer to zero than this may be an accident. */
  readonly slopeDoubt: number;
  readonly at: (day: number) => number;
}

/** Of least squares, through counts of days 0, 1, 2 … At least three. */
export function lineThrough(counts: readonly number[]): Line {
  const middle = (counts.length - 1) / 2;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  let spread = 0;
  let together = 0;
  counts.forEach((count, day) => {
    spread += (day - middle) ** 2;
    together += (day - middle) * (count - mean);
  });
  const slope = together / spread;
  const at = (day: number): number => mean + slope * (day - middle);
  const missed = counts.reduce((sum, count, day) => sum + (count - at(day)) ** 2, 0);
  const slopeError = Math.sqrt(missed / (counts.length - 2) / spread);
  return { slope, slopeDoubt: SLOPE_ERRORS_MIN * slopeError, at };
}
