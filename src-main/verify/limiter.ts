import type { TimestampMs } from '#contract/ids.ts';
import type { Quota, RateLimit } from '#contract/plans.ts';
import type { QuotaCalendar, QuotaPeriod } from '#main/domain/quota.ts';
import { SlidingWindow } from '#main/domain/rate-limit.ts';
import type { EarlierUse } from '#main/domain/rate-limit.ts';

/** What is used of a quota in one calendar period. */
export interface QuotaUsed {
  /** Who shares the counter: a key id, `app_…` or `par_…`. */
  readonly ownerId: string;
  readonly period: Quota['period'];
  /** ms UTC. */
  readonly periodStartMs: TimestampMs;
  readonly used: number;
  /** Last request counted in it, ms UTC. */
  readonly atMs: TimestampMs;
  /** The period before: what was used of it, and until when. */
  readonly previousUsed: number;
  readonly previousAtMs: TimestampMs;
}

/** A quota with the calendar that it goes by. */
export interface CountedQuota extends Quota {
  readonly calendar: QuotaCalendar;
}

/** A quota right now. Times in ms UTC. */
export interface QuotaState {
  readonly fits: boolean;
  readonly used: number;
  readonly remaining: number;
  readonly periodStartMs: TimestampMs;
  readonly resetsAtMs: TimestampMs;
}

/** What an earlier run of the program admitted into a window; leavesAtMs in ms UTC. */
export interface WindowUsed {
  readonly windowId: string;
  readonly windowMs: number;
  readonly leavesAtMs: number;
  readonly cost: number;
}

/** Both clocks at one moment. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** Windows that anybody can make more of, such as one for each client address: at most this many at a time. */
const OPEN_WINDOWS_MAX = 100_000;
/** How many windows are looked at, to be dropped if empty, whenever one is asked for that is not there. */
const SWEPT_PER_MISS = 4;
/** Between the limit's part of an open window's id and who it is for; no name or address holds it. */
const OPEN_MARK = ' @';

interface Counter {
  startMs: number;
  used: number;
  atMs: number;
  previousUsed: number;
  previousAtMs: number;
}

/** Rate limit windows and quota counters, in memory, by who shares them: a key's survive its rotations. Windows run on the
 *  monotonic clock, quota counters on the calendar. A window without admissions is dropped sooner or later. */
export class Limiter {
  readonly #windows = new Map<string, SlidingWindow>();
  readonly #openWindows = new Map<string, SlidingWindow>();
  readonly #counters = { day: new Map<string, Counter>(), month: new Map<string, Counter>() };
  readonly #openWindowsMax: number;
  #sweep = this.#windows.entries();
  #openSweep = this.#openWindows.entries();

  constructor(openWindowsMax = OPEN_WINDOWS_MAX) {
    this.#openWindowsMax = openWindowsMax;
  }

  /** How many windows are in memory. */
  get windowCount(): number {
    return this.#windows.size + this.#openWindows.size;
  }

  /** The window of this id, with this limit from now on. `monotonicMs` must not go back. */
  window(id: string, rate: RateLimit, monotonicMs: number): SlidingWindow {
    const known = this.#windows.get(id);
    if (known !== undefined) {
      known.setRate(rate);
      return known;
    }
    this.#sweep = dropEmpty(this.#windows, this.#sweep, monotonicMs);
    const window = new SlidingWindow(rate);
    this.#windows.set(id, window);
    return window;
  }

  /** The id of the window of a limit for one of any number of parties, such as client addresses. When there are too many, the
   *  parties that come then share one window of the limit until it is empty: together they get what one would, so nobody gets
   *  more than the limit. */
  openWindowId(limitId: string, party: string, monotonicMs: number): string {
    const id = `${limitId}${OPEN_MARK}${party}`;
    if (this.#openWindows.has(id)) return id;
    this.#openSweep = dropEmpty(this.#openWindows, this.#openSweep, monotonicMs);
    const shared = this.#windows.get(`${limitId}${OPEN_MARK}`);
    const isShared = shared !== undefined && !shared.isEmpty(monotonicMs);
    return isShared || this.#openWindows.size >= this.#openWindowsMax ? `${limitId}${OPEN_MARK}` : id;
  }

  /** The window that openWindowId named. */
  openWindow(id: string, rate: RateLimit, monotonicMs: number): SlidingWindow {
    if (id.endsWith(OPEN_MARK)) return this.window(id, rate, monotonicMs);
    const window = this.#openWindows.get(id) ?? new SlidingWindow(rate);
    window.setRate(rate);
    this.#openWindows.set(id, window);
    return window;
  }

  /** Would `cost` fit into the quota of the calendar period that contains `nowMs`? Cost 0 always does. */
  peekQuota(ownerId: string, quota: CountedQuota, nowMs: number, cost: number): QuotaState {
    const period = quota.calendar.periodAt(nowMs);
    const counter = this.#counters[quota.period].get(ownerId);
    const used = counter === undefined ? 0 : usedIn(counter, period);
    return quotaState(quota, period, used, cost <= quota.limit - used || cost === 0);
  }

  /** Takes `cost` from the quota if it fits or the quota is soft. The state is the one after it. */
  spendQuota(ownerId: string, quota: CountedQuota, nowMs: number, cost: number): QuotaState {
    const period = quota.calendar.periodAt(nowMs);
    const counter = this.#counterFor(ownerId, quota.period);
    const before = usedIn(counter, period);
    if (cost > 0 && cost > quota.limit - before && !quota.isSoft) {
      return quotaState(quota, period, before, false);
    }
    const used = before + cost;
    if (counter.startMs !== period.startMs) turnOver(counter, period);
    counter.used = used;
    counter.atMs = Math.max(counter.atMs, nowMs);
    return quotaState(quota, period, used, true);
  }

  /** Takes over what the request log knows; never lowers a counter of the same period. */
  restoreQuota(rows: Iterable<QuotaUsed>): void {
    for (const { ownerId, period, periodStartMs, used, atMs, previousUsed, previousAtMs } of rows) {
      const counter = this.#counters[period].get(ownerId);
      const isBehind = counter === undefined || counter.startMs < periodStartMs;
      if (isBehind || (counter.startMs === periodStartMs && counter.used < used)) {
        this.#counters[period].set(ownerId, {
          startMs: periodStartMs,
          used,
          atMs,
          previousUsed,
          previousAtMs,
        });
      }
    }
  }

  /** Takes over what windows held when the program ended, oldest first. The wall clock only says how long ago that was: set back
   *  in between, it keeps a window full for its whole length at most. */
  restoreWindows(rows: Iterable<WindowUsed>, { nowMs, monotonicMs }: Moment): void {
    const byWindow = new Map<string, { readonly windowMs: number; readonly uses: EarlierUse[] }>();
    for (const { windowId, windowMs, leavesAtMs, cost } of rows) {
      if (leavesAtMs <= nowMs) continue;
      const atMs = monotonicMs - windowMs + Math.min(leavesAtMs - nowMs, windowMs);
      const known = byWindow.get(windowId);
      if (known === undefined) byWindow.set(windowId, { windowMs, uses: [{ atMs, cost }] });
      else known.uses.push({ atMs, cost });
    }
    for (const [id, { windowMs, uses }] of byWindow) {
      const windows = id.includes(OPEN_MARK) && !id.endsWith(OPEN_MARK) ? this.#openWindows : this.#windows;
      // The limit comes with the next request.
      const window = windows.get(id) ?? new SlidingWindow({ limit: 1, windowMs });
      windows.set(id, window);
      window.restore(uses.sort((a, b) => a.atMs - b.atMs));
    }
  }

  #counterFor(ownerId: string, period: Quota['period']): Counter {
    const known = this.#counters[period].get(ownerId);
    if (known !== undefined) return known;
    const counter = { startMs: -1, used: 0, atMs: -1, previousUsed: 0, previousAtMs: -1 };
    this.#counters[period].set(ownerId, counter);
    return counter;
  }
}

/** What counts as used in a period. A counter of an earlier period that was used in this one, or of a later one, comes from
 *  another calendar (the quota's time zone or reset day was changed) or from a clock that was set: all of it may lie in this
 *  period, so all of it counts, and the limit is never exceeded in either. A counter further off tells of a clock gone wrong. */
function usedIn(counter: Counter, { startMs, endMs }: QuotaPeriod): number {
  if (counter.startMs === startMs) return counter.used;
  if (counter.startMs < startMs) return counter.atMs >= startMs ? counter.used : 0;
  if (counter.startMs > endMs) return 0;
  return counter.used + (counter.previousAtMs >= startMs ? counter.previousUsed : 0);
}

/** The counter's next period. What was used of the last one is remembered once more, unless it goes on counting. */
function turnOver(counter: Counter, { startMs, endMs }: QuotaPeriod): void {
  const isLater = counter.startMs < startMs;
  counter.previousUsed = isLater ? counter.used : 0;
  counter.previousAtMs = isLater ? counter.atMs : -1;
  if (counter.startMs > endMs) counter.atMs = -1;
  counter.startMs = startMs;
}

function quotaState(quota: Quota, period: QuotaPeriod, used: number, fits: boolean): QuotaState {
  const remaining = Math.max(0, quota.limit - used);
  return { fits, used, remaining, periodStartMs: period.startMs, resetsAtMs: period.endMs };
}

/** Looks at the next few windows and drops the empty ones; the iterator for the next time. */
function dropEmpty(
  windows: Map<string, SlidingWindow>,
  sweep: MapIterator<[string, SlidingWindow]>,
  monotonicMs: number,
): MapIterator<[string, SlidingWindow]> {
  for (let looked = 0; looked < SWEPT_PER_MISS; looked += 1) {
    const next = sweep.next();
    if (next.done === true) return windows.entries();
    const [id, window] = next.value;
    if (window.isEmpty(monotonicMs)) windows.delete(id);
  }
  return sweep;
}
