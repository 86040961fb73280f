/** What a key does is counted over so many minutes: longer than a burst of retries, shorter than it takes to copy a store. */
export const SPIKE_WINDOW_MINUTES = 10;
/** It is measured against the key's own last seven days: every hour of every weekday is in them once. */
export const SPIKE_PAST_MINUTES = 7 * 24 * 60;
/** The hour before belongs to neither: traffic that grows for a while is not its own measure. */
export const SPIKE_GAP_MINUTES = 60;
/** Fewer requests in ten minutes, one in six seconds, are no spike of any key. */
export const SPIKE_REQUESTS_MIN = 100;
/** A spike is more than this many times the busiest ten minutes of the week: what comes every night, batches and reports, stands in
 *  them, and traffic does not double from one week to the next by itself. */
export const SPIKE_MOST_TIMES = 2;
/** And it lies so many deviations above the median: noise of even traffic does not. The deviation is the median one (MAD), which a few
 *  odd windows do not move. */
const DEVIATIONS_MIN = 8;
/** Makes a median deviation comparable to a standard deviation. */
const MAD_SCALE = 1.4826;
/** Of a key that was first seen less than a day ago nobody knows what is usual. */
const HISTORY_MINUTES_MIN = 24 * 60;
/** Nor of one that was hardly used: two hours with requests, in pieces of ten minutes. */
const USED_WINDOWS_MIN = 12;

/** A key that does far more than it ever did. Requests in ten minutes each. */
export interface Spike {
  readonly requests: number;
  /** Median. */
  readonly usual: number;
  /** Of any ten minutes in a row. */
  readonly most: number;
}

/** Whether the last ten minutes of a key are a spike; null = no, or nothing is known to measure them by. `minutes`: its requests minute
 *  by minute, of the week, the hour and the ten minutes, oldest first. */
export function spikeIn(minutes: Float64Array): Spike | null {
  const from = minutes.length - SPIKE_WINDOW_MINUTES;
  const requests = sumOf(minutes, from, minutes.length);
  if (requests < SPIKE_REQUESTS_MIN) return null;
  const known = minutes.findIndex((count) => count > 0);
  const end = from - SPIKE_GAP_MINUTES;
  if (end - known < HISTORY_MINUTES_MIN) return null;
  const windows = windowsOf(minutes, known, end);
  if (windows.filter((count) => count > 0).length < USED_WINDOWS_MIN) return null;
  const most = mostOf(minutes, known, end);
  const usual = medianOf(windows);
  const mad = medianOf(windows.map((count) => Math.abs(count - usual)));
  // Counts of independent requests vary by the root of their number, whatever the deviation of a lucky week.
  const deviation = Math.max(mad * MAD_SCALE, Math.sqrt(usual), 1);
  const isSpike = requests > most * SPIKE_MOST_TIMES && requests > usual + DEVIATIONS_MIN * deviation;
  return isSpike ? { requests, usual, most } : null;
}

/** Whole windows, counted back from the end. */
function windowsOf(minutes: Float64Array, known: number, end: number): Float64Array {
  const count = Math.floor((end - known) / SPIKE_WINDOW_MINUTES);
  return Float64Array.from({ length: count }, (_, index) => {
    const to = end - index * SPIKE_WINDOW_MINUTES;
    return sumOf(minutes, to - SPIKE_WINDOW_MINUTES, to);
  });
}

/** Of windows that begin at any minute: a batch that lies across two of the others is seen whole. */
function mostOf(minutes: Float64Array, known: number, end: number): number {
  let sum = 0;
  let most = 0;
  for (let at = known; at < end; at += 1) {
    sum += minutes[at] ?? 0;
    if (at - known >= SPIKE_WINDOW_MINUTES) sum -= minutes[at - SPIKE_WINDOW_MINUTES] ?? 0;
    most = Math.max(most, sum);
  }
  return most;
}

function medianOf(counts: Float64Array): number {
  return counts.toSorted()[Math.floor(counts.length / 2)] ?? 0;
}

function sumOf(minutes: Float64Array, from: number, to: number): number {
  return minutes.subarray(from, to).reduce((sum, count) => sum + count, 0);
}
