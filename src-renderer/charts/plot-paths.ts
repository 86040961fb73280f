/** Where a chart draws its data: px within the SVG, the number of buckets side by side, and the value at the upper edge. */
export interface Plot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly buckets: number;
  readonly top: number;
}

/** One part of a column: which bucket, and from which value to which. */
export interface ColumnPart {
  readonly bucket: number;
  readonly from: number;
  readonly to: number;
}

/** Share of a bucket's width that its column leaves free on each side. */
const GAP = 0.1;
/** Parts thinner than this would not be seen, px. */
const THINNEST_PX = 0.5;

/** Middle of a bucket, px. */
export function middleOf(plot: Plot, bucket: number): number {
  return plot.x + ((bucket + 0.5) / plot.buckets) * plot.width;
}

/** Height of a value, px. */
export function heightOf(plot: Plot, value: number): number {
  return plot.y + plot.height * (1 - value / plot.top);
}

/** Outlines of all these parts as one SVG path; `inset` px are left free inside their edges. */
export function columnsPath(plot: Plot, parts: readonly ColumnPart[], inset: number): string {
  const width = Math.max(THINNEST_PX, (plot.width / plot.buckets) * (1 - 2 * GAP) - 2 * inset);
  return parts
    .map(({ bucket, from, to }) => {
      const upper = heightOf(plot, to) + inset;
      const height = Math.max(THINNEST_PX, heightOf(plot, from) - inset - upper);
      return `M${px(middleOf(plot, bucket) - width / 2)},${px(upper)}h${px(width)}v${px(height)}h${px(-width)}z`;
    })
    .join('');
}

/** A line through the values, one a bucket, as an SVG path; a bucket without a value is a gap. */
export function linePath(plot: Plot, values: readonly (number | null)[]): string {
  let isDrawing = false;
  let path = '';
  for (const [bucket, value] of values.entries()) {
    if (value !== null)
      path += `${isDrawing ? 'L' : 'M'}${px(middleOf(plot, bucket))},${px(heightOf(plot, value))}`;
    isDrawing = value !== null;
  }
  return path;
}

/** Hundredths of a pixel are as fine as any screen. */
function px(length: number): string {
  return String(Math.round(length * 100) / 100);
}
