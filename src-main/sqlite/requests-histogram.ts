/** A sparse histogram in a BLOB: pairs of one byte (bin) and a LEB128 count, bins ascending. Empty = nothing counted. */
export type HistogramCounts = Map<number, number>;

const BIN_MAX = 255;

/** Counts of a histogram as bytes. Bins above 255 are counted in bin 255. */
export function encodeHistogram(counts: HistogramCounts): Buffer {
  const bytes: number[] = [];
  for (const [bin, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (count <= 0) continue;
    bytes.push(Math.min(bin, BIN_MAX));
    let rest = count;
    while (rest >= 128) {
      bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

/** Adds the counts in `bytes` to `into`. Throws when the bytes end inside a count. */
export function addHistogram(into: HistogramCounts, bytes: Uint8Array): void {
  let index = 0;
  while (index < bytes.length) {
    const bin = bytes[index] ?? 0;
    index += 1;
    let count = 0;
    let factor = 1;
    let byte = 128;
    while (byte >= 128) {
      const next = bytes[index];
      if (next === undefined) throw new Error('Broken invariant: a histogram ends inside a count');
      byte = next;
      index += 1;
      count += (byte & 127) * factor;
      factor *= 128;
    }
    into.set(bin, (into.get(bin) ?? 0) + count);
  }
}

/** Both histograms together, as bytes. */
export function mergeHistograms(first: Uint8Array, second: Uint8Array): Buffer {
  const counts: HistogramCounts = new Map();
  addHistogram(counts, first);
  addHistogram(counts, second);
  return encodeHistogram(counts);
}
