import type { StatusClass } from '#contract/requests.ts';
import type { UsageBucket } from '#contract/usage.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { percentile } from '#main/domain/histogram.ts';
import { codeOfNumber } from '#main/sqlite/requests-codes.ts';
import { addHistogram, type HistogramCounts } from '#main/sqlite/requests-histogram.ts';
import type { RollupCell } from '#main/sqlite/requests-rollup-queries.ts';

/** Cells of roll-ups added up. */
export class UsageCounts {
  total = 0;
  reported = 0;
  reported429 = 0;
  readonly #byCode = new Map<DecisionCode, number>();
  readonly #byStatusClass = new Map<StatusClass, number>();
  readonly #latency: HistogramCounts = new Map();
  readonly #duration: HistogramCounts = new Map();

  add(cell: RollupCell): void {
    this.total += cell.total;
    this.reported429 += cell.status429;
    if (cell.total > 0) grow(this.#byCode, codeOfNumber(cell.code), cell.total);
    this.#addClass('1xx', cell.status1xx);
    this.#addClass('2xx', cell.status2xx);
    this.#addClass('3xx', cell.status3xx);
    this.#addClass('4xx', cell.status4xx);
    this.#addClass('5xx', cell.status5xx);
    addHistogram(this.#latency, cell.latencyBins);
    addHistogram(this.#duration, cell.durationBins);
  }

  get byCode(): UsageBucket['byCode'] {
    return Object.fromEntries(this.#byCode);
  }

  get byStatusClass(): UsageBucket['byStatusClass'] {
    return Object.fromEntries(this.#byStatusClass);
  }

  get refused(): number {
    return this.total - (this.#byCode.get('VALID') ?? 0);
  }

  /** (refused + reported 5xx) / total, 0 to 1; 0 when there is nothing. */
  get errorRate(): number {
    if (this.total === 0) return 0;
    // A service may answer 5xx to a request it should have refused: that is one bad request, but two counts.
    return Math.min(1, (this.refused + (this.#byStatusClass.get('5xx') ?? 0)) / this.total);
  }

  get latencyUs(): UsageBucket['latencyUs'] {
    return percentiles(this.#latency);
  }

  get durationMs(): UsageBucket['durationMs'] {
    return percentiles(this.#duration);
  }

  #addClass(statusClass: StatusClass, count: number): void {
    if (count === 0) return;
    this.reported += count;
    grow(this.#byStatusClass, statusClass, count);
  }
}

function grow<K>(counts: Map<K, number>, key: K, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

function percentiles(counts: HistogramCounts): UsageBucket['latencyUs'] {
  const p50 = percentile(counts, 0.5);
  const p95 = percentile(counts, 0.95);
  const p99 = percentile(counts, 0.99);
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 };
}
