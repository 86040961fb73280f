/** A bucket as lines need it. */
export interface LinePoint {
  readonly start: number;
  readonly end: number;
  readonly isPartial: boolean;
}

/** One bucket of a line chart; the arrays have one entry per line. */
export interface LineDatum {
  readonly start: number;
  readonly end: number;
  readonly isPartial: boolean;
  readonly values: readonly (number | null)[];
  /** Values of complete buckets. */
  readonly solid: readonly (number | null)[];
  /** The step from the last complete bucket into the one that is still filling. */
  readonly partial: readonly (number | null)[];
  /** A value whose neighbours have none. */
  readonly alone: readonly boolean[];
}

/** Values of each line per bucket, split into what is complete and what is still filling. Same order as the points. */
export function lineData<Point extends LinePoint>(
  points: readonly Point[],
  lines: readonly { readonly valueOf: (point: Point) => number | null }[],
): readonly LineDatum[] {
  const values = points.map((point) => lines.map((line) => line.valueOf(point)));
  return points.map((point, at) => {
    const own = values[at] ?? [];
    const joinsPartial = point.isPartial || points[at + 1]?.isPartial === true;
    return {
      start: point.start,
      end: point.end,
      isPartial: point.isPartial,
      values: own,
      solid: own.map((value) => (point.isPartial ? null : value)),
      partial: own.map((value) => (joinsPartial ? value : null)),
      alone: own.map(
        (value, line) => value !== null && !has(values, at - 1, line) && !has(values, at + 1, line),
      ),
    };
  });
}

function has(values: readonly (readonly (number | null)[])[], at: number, line: number): boolean {
  return (values[at]?.[line] ?? null) !== null;
}
