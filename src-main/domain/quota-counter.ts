import type { Quota } from '#contract/plans.ts';
import type { QuotaPeriod } from './quota.ts';

/** Uses between two moments, both included; ms UTC. */
interface Span {
  fromMs: number;
  toMs: number;
  used: number;
}

/** What a counter was when the program ended. */
export interface EarlierCount {
  readonly periodStartMs: number;
  readonly used: number;
  readonly atMs: number;
  /** Of the period before, and when it was used last. */
  readonly previousUsed: number;
  readonly previousAtMs: number;
}

const DAY_MS = 86_400_000;
/** Spans further from now than any period reaches say nothing about it: also those of a clock that was wrong. */
const SPANS_KEPT_MS = { day: 3 * DAY_MS, month: 63 * DAY_MS } as const;
/** A calendar that is changed more often than this within one period is counted more strictly than it need be. */
const SPANS_MAX = 16;

/** Uses of one quota. In the running period a plain number; beside it remembers between which moments earlier ones lie, because
 *  another time zone or reset day, or a clock that is set, makes other periods of them. A span that reaches into the period
 *  counts whole, so no limit is ever exceeded; without such changes none does, and the count is exact. */
export class QuotaCounter {
  readonly #keptMs: number;
  #earlier: readonly Span[] = [];
  #span: Span | null = null;
  #startMs = -1;
  #used = 0;

  constructor(period: Quota['period']) {
    this.#keptMs = SPANS_KEPT_MS[period];
  }

  /** Used in a period. */
  usedIn({ startMs, endMs }: QuotaPeriod): number {
    if (startMs === this.#startMs) return this.#used;
    let used = 0;
    for (const span of this.#spans()) {
      if (span.toMs >= startMs && span.fromMs < endMs) used += span.used;
    }
    return used;
  }

  /** Counts a use in the period that contains nowMs; how much is used then. */
  add(period: QuotaPeriod, nowMs: number, cost: number): number {
    if (period.startMs !== this.#startMs || this.#span === null) this.#turnTo(period, nowMs);
    const span = this.#span;
    if (span !== null) {
      if (nowMs < span.fromMs) span.fromMs = nowMs;
      if (nowMs > span.toMs) span.toMs = nowMs;
      span.used += cost;
    }
    this.#used += cost;
    return this.#used;
  }

  /** Adds what was counted before the program started. Call once. */
  restore({ periodStartMs, used, atMs, previousUsed, previousAtMs }: EarlierCount): void {
    const before = { fromMs: 0, toMs: previousAtMs, used: previousUsed };
    const now = { fromMs: periodStartMs, toMs: atMs, used };
    this.#earlier = [...(previousUsed > 0 ? [before] : []), now, ...this.#spans()];
    this.#span = null;
    this.#startMs = -1;
  }

  #spans(): readonly Span[] {
    return this.#span === null ? this.#earlier : [...this.#earlier, this.#span];
  }

  #turnTo(period: QuotaPeriod, nowMs: number): void {
    this.#used = this.usedIn(period);
    const near = this.#spans().filter(
      ({ fromMs, toMs }) => toMs > nowMs - this.#keptMs && fromMs < nowMs + this.#keptMs,
    );
    this.#earlier = near.length < SPANS_MAX ? near : [joined(near)];
    this.#span = { fromMs: nowMs, toMs: nowMs, used: 0 };
    this.#startMs = period.startMs;
  }
}

function joined(spans: readonly Span[]): Span {
  return {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
    used: spans.reduce((sum, { used }) => sum + used, 0),
  };
}
