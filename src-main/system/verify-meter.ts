import { binUpperEdge, histogramBin } from '#main/domain/histogram.ts';
import type { SystemStatus } from '#contract/system.ts';

/** Seconds over which the rate is averaged. */
const RATE_SECONDS = 10;

/** Counts verifications for the status display. In memory, since start. */
export class VerifyMeter {
  readonly #bins: number[] = [];
  /** One entry a second of the last RATE_SECONDS, by second modulo RATE_SECONDS. */
  readonly #seconds: { second: number; count: number }[] = Array.from({ length: RATE_SECONDS }, () => ({
    second: -1,
    count: 0,
  }));
  #count = 0;

  /** One verification; called on its path, so nothing but additions. */
  note(latencyUs: number, monotonicMs: number): void {
    this.#count += 1;
    const bin = histogramBin(latencyUs);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    const second = Math.floor(monotonicMs / 1_000);
    const slot = this.#seconds[second % RATE_SECONDS];
    if (slot === undefined) return;
    if (slot.second !== second) {
      slot.second = second;
      slot.count = 0;
    }
    slot.count += 1;
  }

  /** Figures as system.status shows them; percentiles are upper edges of histogram bins. */
  figures(monotonicMs: number): SystemStatus['verify'] {
    const now = Math.floor(monotonicMs / 1_000);
    // The running second is not over: only whole ones make a rate.
    const whole = this.#seconds.filter((slot) => slot.second < now && slot.second >= now - RATE_SECONDS);
    const sum = whole.reduce((total, slot) => total + slot.count, 0);
    const latencyUs =
      this.#count === 0
        ? null
        : { p50: this.#percentile(0.5), p95: this.#percentile(0.95), p99: this.#percentile(0.99) };
    return { requestsPerSecond: sum / RATE_SECONDS, latencyUs, count: this.#count };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (const [bin, count] of this.#bins.entries()) {
      left -= count ?? 0;
      if (left <= 0) return binUpperEdge(bin);
    }
    return 0;
  }
}
