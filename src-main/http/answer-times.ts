import { HISTOGRAM_BIN_MAX, histogramBin, percentile } from '#main/domain/histogram.ts';

/** How far back it looks, in slots that are forgotten one by one. */
export const ANSWER_TIMES_MS = 60 * 60_000;
const SLOTS = 12;
const SLOT_MS = ANSWER_TIMES_MS / SLOTS;
const BINS = HISTOGRAM_BIN_MAX + 1;
const US_PER_MS = 1_000;

/** Time from the head of a request until its answer was handed to the system, µs; upper edges of bins, at most 19 % too high. null
 *  without requests. */
export interface AnswerFigures {
  readonly count: number;
  readonly latencyUs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Times of the answers of the last hour, every one of them, in counters of a fixed size. Times are monotonic ms. */
export class AnswerTimes {
  readonly #counts = new Uint32Array(SLOTS * BINS);
  /** Number of the stretch of time that a slot holds; -1 = none. */
  readonly #stretches = new Float64Array(SLOTS).fill(-1);

  note(durationMs: number, monotonicMs: number): void {
    const stretch = Math.floor(monotonicMs / SLOT_MS);
    const slot = stretch % SLOTS;
    if (this.#stretches[slot] !== stretch) {
      this.#stretches[slot] = stretch;
      this.#counts.fill(0, slot * BINS, (slot + 1) * BINS);
    }
    const place = slot * BINS + histogramBin(durationMs * US_PER_MS);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  figures(monotonicMs: number): AnswerFigures {
    const newest = Math.floor(monotonicMs / SLOT_MS);
    const bins = Array.from({ length: BINS }, () => 0);
    for (const [slot, stretch] of this.#stretches.entries()) {
      if (stretch < 0 || stretch <= newest - SLOTS) continue;
      const counts = this.#counts.subarray(slot * BINS, (slot + 1) * BINS);
      for (const [bin, counted] of counts.entries()) bins[bin] = (bins[bin] ?? 0) + counted;
    }
    const filled = [...bins.entries()];
    const [p50, p95, p99] = [percentile(filled, 0.5), percentile(filled, 0.95), percentile(filled, 0.99)];
    const isEmpty = p50 === null || p95 === null || p99 === null;
    return {
      count: bins.reduce((sum, counted) => sum + counted, 0),
      latencyUs: isEmpty ? null : { p50, p95, p99 },
    };
  }
}
