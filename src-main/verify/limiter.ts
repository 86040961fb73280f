import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { Quota, RateLimit } from '#contract/plans.ts';
import { quotaPeriod } from '#main/domain/quota.ts';
import { SlidingWindow } from '#main/domain/rate-limit.ts';
import type { WindowState } from '#main/domain/rate-limit.ts';

/** What is used of a key's quota in one calendar period. */
export interface QuotaUsed {
  readonly keyId: KeyId;
  readonly period: Quota['period'];
  /** ms UTC. */
  readonly periodStartMs: TimestampMs;
  readonly used: number;
}

/** A key's quota right now. Times in ms UTC. */
export interface QuotaState {
  readonly fits: boolean;
  readonly used: number;
  readonly remaining: number;
  readonly periodStartMs: TimestampMs;
  readonly resetsAtMs: TimestampMs;
}

/** Empty windows are looked for when a window is added, at most this often … */
const SWEEP_EVERY_MS = 60_000;
/** … and not before there are this many. */
const SWEEP_FROM_WINDOWS = 1_000;

interface Counter {
  readonly startMs: number;
  used: number;
}

/** Rate limits and quotas of all keys, in memory, by key id: they survive a rotation. Windows run on the monotonic clock and
 *  start empty; quota counters run on the calendar and are restored at start. */
export class Limiter {
  readonly #windows = new Map<KeyId, SlidingWindow>();
  readonly #counters = { day: new Map<KeyId, Counter>(), month: new Map<KeyId, Counter>() };
  #sweptAtMs = 0;

  /** How many keys have a window in memory. */
  get windowCount(): number {
    return this.#windows.size;
  }

  /** Would `cost` fit into the key's window now? `monotonicMs` must not go back. */
  peekRate(keyId: KeyId, rate: RateLimit, monotonicMs: number, cost: number): WindowState {
    const window = this.#windows.get(keyId);
    if (window === undefined) return new SlidingWindow(rate).peek(monotonicMs, cost);
    window.setRate(rate);
    return window.peek(monotonicMs, cost);
  }

  /** Takes `cost` from the key's window if it fits. The state is the one after it. */
  spendRate(keyId: KeyId, rate: RateLimit, monotonicMs: number, cost: number): WindowState {
    const window = this.#windows.get(keyId) ?? this.#addWindow(keyId, rate, monotonicMs);
    window.setRate(rate);
    return window.admit(monotonicMs, cost);
  }

  /** Would `cost` fit into the key's quota of the calendar period that contains `nowMs`? Cost 0 always does. */
  peekQuota(keyId: KeyId, quota: Quota, nowMs: number, cost: number): QuotaState {
    const { startMs, endMs } = quotaPeriod(nowMs, quota.period);
    const counter = this.#counters[quota.period].get(keyId);
    const used = counter?.startMs === startMs ? counter.used : 0;
    const remaining = Math.max(0, quota.limit - used);
    return { fits: cost <= remaining, used, remaining, periodStartMs: startMs, resetsAtMs: endMs };
  }

  /** Takes `cost` from the key's quota if it fits. The state is the one after it. */
  spendQuota(keyId: KeyId, quota: Quota, nowMs: number, cost: number): QuotaState {
    const before = this.peekQuota(keyId, quota, nowMs, cost);
    if (!before.fits) return before;
    const used = before.used + cost;
    this.#setUsed({ keyId, period: quota.period, periodStartMs: before.periodStartMs, used });
    return { ...before, used, remaining: before.remaining - cost };
  }

  /** Takes over what the request log knows. Call before the first verification; never lowers a counter of the same period. */
  restoreQuota(rows: Iterable<QuotaUsed>): void {
    for (const row of rows) {
      const counter = this.#counters[row.period].get(row.keyId);
      const isBehind = counter === undefined || counter.startMs < row.periodStartMs;
      if (isBehind || (counter.startMs === row.periodStartMs && counter.used < row.used)) {
        this.#setUsed(row);
      }
    }
  }

  #setUsed({ keyId, period, periodStartMs, used }: QuotaUsed): void {
    const counter = this.#counters[period].get(keyId);
    if (counter?.startMs === periodStartMs) counter.used = used;
    else this.#counters[period].set(keyId, { startMs: periodStartMs, used });
  }

  #addWindow(keyId: KeyId, rate: RateLimit, monotonicMs: number): SlidingWindow {
    if (this.#windows.size >= SWEEP_FROM_WINDOWS && monotonicMs - this.#sweptAtMs >= SWEEP_EVERY_MS) {
      this.#sweptAtMs = monotonicMs;
      for (const [id, window] of this.#windows) if (window.isEmpty(monotonicMs)) this.#windows.delete(id);
    }
    const window = new SlidingWindow(rate);
    this.#windows.set(keyId, window);
    return window;
  }
}
