import { RATE_LIMIT_MAX } from '#contract/plans.ts';

/** Room above the peak, so that a usual day does not touch the limit. */
const HEADROOM = 1.5;
const LIMIT_MIN = 10;

/** The most that was used in any interval of `windowMs`, counted as a sliding window counts. */
export class PeakUse {
  readonly #windowMs: number;
  readonly #times: number[] = [];
  readonly #costs: number[] = [];
  #first = 0;
  #used = 0;
  peak = 0;
  /** When the interval with the peak ended, ms UTC. */
  peakAtMs = 0;
  count = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** `atMs` must not go back. */
  add(atMs: number, cost: number): void {
    this.count += 1;
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) + this.#windowMs <= atMs) {
      this.#used -= this.#costs[this.#first] ?? 0;
      this.#first += 1;
    }
    if (this.#first > 10_000 && this.#first * 2 > this.#times.length) {
      this.#times.splice(0, this.#first);
      this.#costs.splice(0, this.#first);
      this.#first = 0;
    }
    this.#times.push(atMs);
    this.#costs.push(cost);
    this.#used += cost;
    if (this.#used > this.peak) [this.peak, this.peakAtMs] = [this.#used, atMs];
  }
}

/** A limit with room above a peak, rounded up to two digits that people can remember; null when none is large enough. */
export function limitAbove(peak: number): number | null {
  const wanted = Math.max(LIMIT_MIN, peak * HEADROOM);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  const limit = Math.ceil(wanted / step) * step;
  if (limit <= RATE_LIMIT_MAX) return limit;
  return peak <= RATE_LIMIT_MAX ? RATE_LIMIT_MAX : null;
}
