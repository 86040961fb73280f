import { STATUS_CLASSES, type StatusClass } from '#contract/requests.ts';
import type { UsageBucket } from '#contract/usage.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { percentiles } from '#main/domain/histogram.ts';
import { codeOfNumber } from '#main/sqlite/requests-codes.ts';
import { mergeBins, NO_STATUSES, type RollupCell } from '#main/sqlite/rollup-cells.ts';

const SHARES = [0.5, 0.95, 0.99];

/** Cells of roll-ups added up. */
export class UsageCounts {
  total = 0;
  reported = 0;
  reported429 = 0;
  readonly #byCode = new Map<DecisionCode, number>();
  readonly #byStatusClass = new Map<StatusClass, number>();
  #latency: readonly number[] = [];
  #duration: readonly number[] = [];

  add(cell: RollupCell): void {
    this.total += cell.total;
    if (cell.total > 0) grow(this.#byCode, codeOfNumber(cell.code), cell.total);
    if (cell.statuses !== NO_STATUSES) this.#addStatuses(cell.statuses);
    this.#latency = mergeBins(this.#latency, cell.latency);
    this.#duration = mergeBins(this.#duration, cell.duration);
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
    return sharesOf(this.#latency);
  }

  /** Bins of the latency and their counts in turn, bins ascending. */
  get latencyBins(): readonly number[] {
    return this.#latency;
  }

  get durationMs(): UsageBucket['durationMs'] {
    return sharesOf(this.#duration);
  }

  #addStatuses(statuses: readonly number[]): void {
    STATUS_CLASSES.forEach((statusClass, index) => {
      const count = statuses[index] ?? 0;
      if (count === 0) return;
      this.reported += count;
      grow(this.#byStatusClass, statusClass, count);
    });
    this.reported429 += statuses[STATUS_CLASSES.length] ?? 0;
  }
}

function grow<K>(counts: Map<K, number>, key: K, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

function sharesOf(bins: readonly number[]): UsageBucket['latencyUs'] {
  if (bins.length === 0) return null;
  const [p50 = 0, p95 = 0, p99 = 0] = percentiles(bins, SHARES);
  return { p50, p95, p99 };
}
