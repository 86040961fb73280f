import { STATUS_CLASSES, type StatusClass } from '#contract/requests.ts';
import type { UsageBucket } from '#contract/usage.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { percentiles } from '#main/domain/histogram.ts';
import { CODE_NUMBERS, codeOfNumber } from '#main/sqlite/requests-codes.ts';
import { mergeBins, NO_STATUSES, type RollupCell } from '#main/sqlite/rollup-cells.ts';

const SHARES = [0.5, 0.95, 0.99];
/** Shared, and never written to. */
const NO_COUNTS: number[] = [];

/** Cells of roll-ups added up. */
export class UsageCounts {
  total = 0;
  reported = 0;
  reported429 = 0;
  // A chart has one of these for each of 1,440 buckets, most of which count one or two codes: maps would take longer to make than to fill.
  #codes: number[] = NO_COUNTS;
  #statusClasses: number[] = NO_COUNTS;
  #latency: readonly number[] = [];
  #duration: readonly number[] = [];

  add(cell: RollupCell): void {
    this.total += cell.total;
    if (cell.total > 0) {
      if (this.#codes === NO_COUNTS) this.#codes = [];
      grow(this.#codes, cell.code, cell.total);
    }
    if (cell.statuses !== NO_STATUSES) this.#addStatuses(cell.statuses);
    this.#latency = mergeBins(this.#latency, cell.latency);
    this.#duration = mergeBins(this.#duration, cell.duration);
  }

  get byCode(): UsageBucket['byCode'] {
    const byCode: Partial<Record<DecisionCode, number>> = {};
    for (let code = 0; code < this.#codes.length; code += 1) {
      const count = this.#codes[code] ?? 0;
      if (count > 0) byCode[codeOfNumber(code)] = count;
    }
    return byCode;
  }

  get byStatusClass(): UsageBucket['byStatusClass'] {
    const byClass: Partial<Record<StatusClass, number>> = {};
    for (let index = 0; index < this.#statusClasses.length; index += 1) {
      const [statusClass, count] = [STATUS_CLASSES[index], this.#statusClasses[index] ?? 0];
      if (statusClass !== undefined && count > 0) byClass[statusClass] = count;
    }
    return byClass;
  }

  get refused(): number {
    return this.total - (this.#codes[CODE_NUMBERS.VALID] ?? 0);
  }

  /** (refused + reported 5xx) / total, 0 to 1; 0 when there is nothing. */
  get errorRate(): number {
    if (this.total === 0) return 0;
    // A service may answer 5xx to a request it should have refused: that is one bad request, but two counts.
    return Math.min(
      1,
      (this.refused + (this.#statusClasses[STATUS_CLASSES.indexOf('5xx')] ?? 0)) / this.total,
    );
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
    if (this.#statusClasses === NO_COUNTS) this.#statusClasses = [];
    for (let index = 0; index < STATUS_CLASSES.length; index += 1) {
      const count = statuses[index] ?? 0;
      this.reported += count;
      grow(this.#statusClasses, index, count);
    }
    this.reported429 += statuses[STATUS_CLASSES.length] ?? 0;
  }
}

/** Without holes, which would make every later access slow. */
function grow(counts: number[], index: number, amount: number): void {
  while (counts.length <= index) counts.push(0);
  counts[index] = (counts[index] ?? 0) + amount;
}

function sharesOf(bins: readonly number[]): UsageBucket['latencyUs'] {
  if (bins.length === 0) return null;
  const [p50 = 0, p95 = 0, p99 = 0] = percentiles(bins, SHARES);
  return { p50, p95, p99 };
}
