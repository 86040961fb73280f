/** Bins a power of two is cut into: each bin is 2^(1/4) wide, so an upper edge is at most 19 % above the value. */
const BINS_PER_DOUBLING = 4;
/** Bin whose upper edge is 1. The bins below it hold fractions, down to 2^-10. */
const BIN_OF_ONE = 40;
/** Last bin, upper edge 2^40: 12 days in µs. Larger values fall into it. */
export const HISTOGRAM_BIN_MAX = 200;

/** Every decision asks for three of them, and a power costs more than all the rest. */
const UPPER_EDGES = Float64Array.from({ length: HISTOGRAM_BIN_MAX + 1 }, (_none, bin) => binUpperEdge(bin));

/** The bin of a value: the lowest whose upper edge is not below it, 0 to HISTOGRAM_BIN_MAX. Zero and less fall into bin 0. */
export function histogramBin(value: number): number {
  if (!(value > edgeOf(0))) return 0;
  const guess = Math.ceil(Math.log2(value) * BINS_PER_DOUBLING) + BIN_OF_ONE;
  const bin = Math.min(Math.max(guess, 0), HISTOGRAM_BIN_MAX);
  // The logarithm is rounded: at an edge it may land one bin off.
  if (bin > 0 && value <= edgeOf(bin - 1)) return bin - 1;
  return bin < HISTOGRAM_BIN_MAX && value > edgeOf(bin) ? bin + 1 : bin;
}

function edgeOf(bin: number): number {
  return UPPER_EDGES[bin] ?? Number.POSITIVE_INFINITY;
}

/** Largest value of a bin, in the unit of the values. */
export function binUpperEdge(bin: number): number {
  return 2 ** ((bin - BIN_OF_ONE) / BINS_PER_DOUBLING);
}

/** Upper edge of the bin that holds the value below or at which the share `p` (0 to 1) of all values lies; null without values.
 *  `counts` says how many values each bin holds, in any order. */
export function percentile(
  counts: Iterable<readonly [bin: number, count: number]>,
  p: number,
): number | null {
  const bins = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= rank) return binUpperEdge(bin);
  }
  return null;
}

/** Upper edges of the bins that hold the values below or at which each of these shares (0 to 1, ascending) of all values lies.
 *  `bins` are bins and how many values each holds, in turn, bins ascending; there must be some. */
export function percentiles(bins: readonly number[], shares: readonly number[]): readonly number[] {
  let total = 0;
  for (let index = 1; index < bins.length; index += 2) total += bins[index] ?? 0;
  const edges: number[] = [];
  let [at, seen] = [0, bins[1] ?? 0];
  for (const share of shares) {
    const rank = Math.max(1, Math.ceil(share * total));
    while (seen < rank && at < bins.length - 2) {
      at += 2;
      seen += bins[at + 1] ?? 0;
    }
    edges.push(edgeOf(bins[at] ?? 0));
  }
  return edges;
}
