import { histogramBin, percentile } from '#main/domain/histogram.ts';

/** Length of the span that requestsPerSecond looks at. */
const RATE_SECONDS = 10;

/** Figures of all verifications since start. */
export interface VerifyFigures {
  readonly count: number;
  /** Mean of the last 10 s. */
  readonly requestsPerSecond: number;
  /** µs; null before the first verification. Upper edges of histogram bins, at most 19 % too high. */
  readonly latencyUs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Counts verifications and their latency. Times are monotonic ms. */
export class VerifyStats {
  readonly #bins = new Map<number, number>();
  // One slot a second, used in turn; #slotSeconds says which second a slot holds.
  readonly #slotCounts = new Array<number>(RATE_SECONDS).fill(0);
  readonly #slotSeconds = new Array<number>(RATE_SECONDS).fill(-1);
  #count = 0;

  add(latencyUs: number, monotonicMs: number): void {
    const bin = histogramBin(latencyUs);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.#count += 1;
    const second = Math.floor(monotonicMs / 1_000);
    const slot = second % RATE_SECONDS;
    const counted = this.#slotSeconds[slot] === second ? (this.#slotCounts[slot] ?? 0) : 0;
    this.#slotSeconds[slot] = second;
    this.#slotCounts[slot] = counted + 1;
  }

  figures(monotonicMs: number): VerifyFigures {
    const second = Math.floor(monotonicMs / 1_000);
    let recent = 0;
    for (const [slot, counted] of this.#slotCounts.entries()) {
      if ((this.#slotSeconds[slot] ?? -1) > second - RATE_SECONDS) recent += counted;
    }
    const p50 = percentile(this.#bins, 0.5);
    const p95 = percentile(this.#bins, 0.95);
    const p99 = percentile(this.#bins, 0.99);
    const isEmpty = p50 === null || p95 === null || p99 === null;
    return {
      count: this.#count,
      requestsPerSecond: recent / RATE_SECONDS,
      latencyUs: isEmpty ? null : { p50, p95, p99 },
    };
  }
}
