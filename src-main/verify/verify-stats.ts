import type { ServiceId } from '#contract/ids.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { HISTOGRAM_BIN_MAX, histogramBin, percentile } from '#main/domain/histogram.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';

/** Length of the span that requestsPerSecond looks at. */
const RATE_SECONDS = 10;

/** Services that are counted each by itself. Those beyond it are counted together, so that figures stay bounded. */
export const COUNTED_SERVICES_MAX = 200;
/** What the others are counted as; a slug has at least two characters. */
const OTHERS = '-';

/** Upper edges of the latency histogram, µs. 50 ms is the target, so it is an edge. */
export const LATENCY_EDGES_US: readonly number[] = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
];

/** Figures of all verifications since start. */
export interface VerifyFigures {
  readonly count: number;
  /** Mean of the last 10 s. */
  readonly requestsPerSecond: number;
  /** µs; null before the first verification. Upper edges of histogram bins, at most 19 % too high. */
  readonly latencyUs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Counts that only grow, since start. */
export interface VerifyCounts {
  /** At most COUNTED_SERVICES_MAX + 1, in the order of their first verification. */
  readonly services: readonly {
    /** `-` for those counted together. */
    readonly slug: string;
    /** Decisions that are not zero. */
    readonly byCode: readonly { readonly code: DecisionCode; readonly count: number }[];
  }[];
  readonly latency: {
    /** How many took at most each of LATENCY_EDGES_US and more than the edge before; one more entry for all above. */
    readonly counts: readonly number[];
    readonly sumUs: number;
  };
}

interface ServiceCounts {
  readonly slug: string;
  readonly byCode: Float64Array;
}

/** Counts verifications and their latency. Times are monotonic ms. */
export class VerifyStats {
  readonly #bins = new Float64Array(HISTOGRAM_BIN_MAX + 1);
  // One slot a second, used in turn; #slotSeconds says which second a slot holds.
  readonly #slotCounts = new Float64Array(RATE_SECONDS);
  readonly #slotSeconds = new Float64Array(RATE_SECONDS).fill(-1);
  readonly #edgeCounts = new Float64Array(LATENCY_EDGES_US.length + 1);
  readonly #codeNumbers = new Map<DecisionCode, number>(DECISION_CODES.map((code, index) => [code, index]));
  readonly #services = new Map<ServiceId | typeof OTHERS, ServiceCounts>();
  // Most verifications come from the same service as the one before.
  #lastId: ServiceId | null = null;
  #last: ServiceCounts = { slug: OTHERS, byCode: new Float64Array(DECISION_CODES.length) };
  #count = 0;
  #sumUs = 0;

  add(latencyUs: number, monotonicMs: number, service: ServiceRef, code: DecisionCode): void {
    const bin = histogramBin(latencyUs);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#count += 1;
    this.#sumUs += latencyUs;
    let edge = 0;
    while (latencyUs > (LATENCY_EDGES_US[edge] ?? Infinity)) edge += 1;
    this.#edgeCounts[edge] = (this.#edgeCounts[edge] ?? 0) + 1;
    const { byCode } = service.id === this.#lastId ? this.#last : this.#countsOf(service);
    const number = this.#codeNumbers.get(code) ?? 0;
    byCode[number] = (byCode[number] ?? 0) + 1;
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
    const bins = [...this.#bins.entries()];
    const p50 = percentile(bins, 0.5);
    const p95 = percentile(bins, 0.95);
    const p99 = percentile(bins, 0.99);
    const isEmpty = p50 === null || p95 === null || p99 === null;
    return {
      count: this.#count,
      requestsPerSecond: recent / RATE_SECONDS,
      latencyUs: isEmpty ? null : { p50, p95, p99 },
    };
  }

  counts(): VerifyCounts {
    return {
      services: [...this.#services.values()].map(({ slug, byCode }) => ({
        slug,
        byCode: DECISION_CODES.flatMap((code, number) => {
          const count = byCode[number] ?? 0;
          return count === 0 ? [] : [{ code, count }];
        }),
      })),
      latency: { counts: [...this.#edgeCounts], sumUs: this.#sumUs },
    };
  }

  #countsOf(service: ServiceRef): ServiceCounts {
    const isFull = this.#services.size >= COUNTED_SERVICES_MAX && !this.#services.has(service.id);
    const name = isFull ? OTHERS : service.id;
    let counts = this.#services.get(name);
    if (counts === undefined) {
      counts = { slug: isFull ? OTHERS : service.slug, byCode: new Float64Array(DECISION_CODES.length) };
      this.#services.set(name, counts);
    }
    this.#lastId = service.id;
    this.#last = counts;
    return counts;
  }
}
