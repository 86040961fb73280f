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

/** Entries that a window keeps; what `count` adds beyond them joins the newest and so leaves late, never early. */
const ENTRIES_MAX = 100_000;
const RING_AT_FIRST = 4;
const NO_TIMES = new Float64Array(0);
const NO_COSTS = new Uint32Array(0);
/** What an entry can hold. */
const COST_MAX = 0xffff_ffff;

/** Cost that was admitted before the program started, and when, on the monotonic clock of this run (may be below 0). */
export interface EarlierUse {
  readonly atMs: number;
  readonly cost: number;
}

/** Exact sliding window: the sum of admitted cost in any interval of windowMs (its start excluded, its end included) is at
 *  most `limit`, and nothing that would keep it so is refused. One entry per admission: at most `limit` of them.
 *  Times are monotonic ms and must not go back. Several keys may share one: each sets its own limit before it asks. */
export class SlidingWindow {
  #rate: RateLimit;
  // The newest admission by itself: of a million keys most windows hold one. The others in a ring: from #first on, oldest first. Grows
  // by doubling.
  #newestMs = 0;
  #newestCost = 0;
  #times: Float64Array = NO_TIMES;
  #costs: Uint32Array = NO_COSTS;
  #first = 0;
  /** With the newest. */
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

  /** Admits a request of `cost` if it fits. The state is the one after it. */
  admit(nowMs: number, cost: number): WindowState {
    const before = this.peek(nowMs, cost);
    if (!before.fits || cost === 0) return before;
    return this.count(nowMs, cost);
  }

  /** Counts a request whether it fits or not: one that was peeked before, or one of a soft limit. The state is the one after it. */
  count(nowMs: number, cost: number): WindowState {
    this.#forget(nowMs);
    if (cost > 0) this.#push(nowMs, cost);
    const remaining = Math.max(0, this.#rate.limit - this.#used);
    const resetMs = this.#count === 0 ? 0 : this.#leavesInMs(0, nowMs);
    return { fits: true, remaining, resetMs, retryAfterMs: 0 };
  }

  /** Puts what an earlier run of the program admitted, oldest first, before what this one did. */
  restore(uses: readonly EarlierUse[]): void {
    const since = this.#entries();
    const firstMs = since[0]?.atMs ?? Number.POSITIVE_INFINITY;
    this.#count = 0;
    this.#used = 0;
    for (const { atMs, cost } of uses) this.#push(Math.min(atMs, firstMs), cost);
    for (const { atMs, cost } of since) this.#push(atMs, cost);
  }

  /** Nothing admitted is left in the window: the object may be dropped. */
  isEmpty(nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#count === 0;
  }

  #forget(nowMs: number): void {
    while (this.#count > 0 && this.#leavesInMs(0, nowMs) <= 0) {
      this.#used -= this.#costAt(0);
      if (this.#count > 1) this.#first = (this.#first + 1) % this.#times.length;
      this.#count -= 1;
    }
  }

  #isNewest(index: number): boolean {
    return index === this.#count - 1;
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#times.length;
  }

  #timeAt(index: number): number {
    return this.#isNewest(index) ? this.#newestMs : (this.#times[this.#slot(index)] ?? 0);
  }

  #costAt(index: number): number {
    return this.#isNewest(index) ? this.#newestCost : (this.#costs[this.#slot(index)] ?? 0);
  }

  #leavesInMs(index: number, nowMs: number): number {
    return this.#timeAt(index) + this.#rate.windowMs - nowMs;
  }

  #waitMs(nowMs: number, cost: number): number | null {
    if (cost > this.#rate.limit) return null;
    let over = this.#used + cost - this.#rate.limit;
    for (let index = 0; index < this.#count; index += 1) {
      over -= this.#costAt(index);
      if (over <= 0) return this.#leavesInMs(index, nowMs);
    }
    return null;
  }

  #entries(): readonly EarlierUse[] {
    return Array.from({ length: this.#count }, (_, index) => ({
      atMs: this.#timeAt(index),
      cost: this.#costAt(index),
    }));
  }

  #push(nowMs: number, cost: number): void {
    if (this.#count >= ENTRIES_MAX) {
      this.#addToNewest(nowMs, cost);
      return;
    }
    if (this.#count > 0) this.#pushNewest();
    this.#used += cost;
    this.#newestMs = nowMs;
    this.#newestCost = cost;
    this.#count += 1;
  }

  /** Makes room for a new newest one. */
  #pushNewest(): void {
    const older = this.#count - 1;
    if (older === this.#times.length) this.#grow(older);
    const slot = this.#slot(older);
    this.#times[slot] = this.#newestMs;
    this.#costs[slot] = this.#newestCost;
  }

  #addToNewest(nowMs: number, cost: number): void {
    const before = this.#newestCost;
    const after = Math.min(COST_MAX, before + cost);
    this.#newestMs = nowMs;
    this.#newestCost = after;
    this.#used += after - before;
  }

  #grow(older: number): void {
    const times = new Float64Array(Math.max(RING_AT_FIRST, older * 2));
    const costs = new Uint32Array(times.length);
    for (let index = 0; index < older; index += 1) {
      const slot = this.#slot(index);
      times[index] = this.#times[slot] ?? 0;
      costs[index] = this.#costs[slot] ?? 0;
    }
    this.#times = times;
    this.#costs = costs;
    this.#first = 0;
  }
}
