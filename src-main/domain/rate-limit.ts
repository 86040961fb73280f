import type { RateLimit } from '#contract/plans.ts';

/** What a window says about one more request. */
export interface WindowState {
  readonly fits: boolean;
  /** Cost that still fits. */
  readonly remaining: number;
  /** Until the oldest admission leaves the window and its cost comes back; 0 when the window is empty. */
  readonly resetMs: number;
  /** Until this request fits; 0 when it does, null when its cost is above the limit and it never will. */
  readonly retryAfterMs: number | null;
}

/** Exact sliding window: the sum of admitted cost in any interval of windowMs (its start excluded, its end included) is at
 *  most `limit`, and nothing that would keep it so is refused. One entry per admission: at most `limit` of them.
 *  Times are monotonic ms and must not go back. */
export class SlidingWindow {
  #rate: RateLimit;
  // A ring: admissions from #first on, #count of them, oldest first. Grows by doubling.
  #times = new Float64Array(4);
  #costs = new Uint16Array(4);
  #first = 0;
  #count = 0;
  #used = 0;

  constructor(rate: RateLimit) {
    this.#rate = rate;
  }

  /** From now on another limit holds; what was admitted stays counted. A longer window cannot bring back what already left. */
  setRate(rate: RateLimit): void {
    this.#rate = rate;
  }

  /** Would a request of this cost be admitted now? Changes nothing that can be seen. Cost 0 always is. */
  peek(nowMs: number, cost: number): WindowState {
    this.#forget(nowMs);
    const remaining = Math.max(0, this.#rate.limit - this.#used);
    const resetMs = this.#count === 0 ? 0 : this.#leavesInMs(0, nowMs);
    const fits = cost === 0 || cost <= remaining;
    return { fits, remaining, resetMs, retryAfterMs: fits ? 0 : this.#waitMs(nowMs, cost) };
  }

  /** Admits a request of `cost` (0 to 65,535) if it fits. The state is the one after it. */
  admit(nowMs: number, cost: number): WindowState {
    const before = this.peek(nowMs, cost);
    if (!before.fits || cost === 0) return before;
    this.#push(nowMs, cost);
    const resetMs = this.#leavesInMs(0, nowMs);
    return { fits: true, remaining: before.remaining - cost, resetMs, retryAfterMs: 0 };
  }

  /** Nothing admitted is left in the window: the object may be dropped. */
  isEmpty(nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#count === 0;
  }

  #forget(nowMs: number): void {
    while (this.#count > 0 && this.#leavesInMs(0, nowMs) <= 0) {
      this.#used -= this.#costs[this.#first] ?? 0;
      this.#first = (this.#first + 1) % this.#times.length;
      this.#count -= 1;
    }
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#times.length;
  }

  #leavesInMs(index: number, nowMs: number): number {
    return (this.#times[this.#slot(index)] ?? 0) + this.#rate.windowMs - nowMs;
  }

  #waitMs(nowMs: number, cost: number): number | null {
    if (cost > this.#rate.limit) return null;
    let over = this.#used + cost - this.#rate.limit;
    for (let index = 0; index < this.#count; index += 1) {
      over -= this.#costs[this.#slot(index)] ?? 0;
      if (over <= 0) return this.#leavesInMs(index, nowMs);
    }
    return null;
  }

  #push(nowMs: number, cost: number): void {
    if (this.#count === this.#times.length) this.#grow();
    const slot = this.#slot(this.#count);
    this.#times[slot] = nowMs;
    this.#costs[slot] = cost;
    this.#count += 1;
    this.#used += cost;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    const costs = new Uint16Array(times.length);
    for (let index = 0; index < this.#count; index += 1) {
      times[index] = this.#times[this.#slot(index)] ?? 0;
      costs[index] = this.#costs[this.#slot(index)] ?? 0;
    }
    this.#times = times;
    this.#costs = costs;
    this.#first = 0;
  }
}
