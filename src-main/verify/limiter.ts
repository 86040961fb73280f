import type { TimestampMs } from '#contract/ids.ts';
import type { Quota, RateLimit } from '#contract/plans.ts';
import type { QuotaCalendar, QuotaPeriod } from '#main/domain/quota.ts';
import { QuotaCounter } from '#main/domain/quota-counter.ts';
import type { EarlierCount } from '#main/domain/quota-counter.ts';
import { SlidingWindow } from '#main/domain/rate-limit.ts';
import type { EarlierUse } from '#main/domain/rate-limit.ts';

/** What was used of a quota when the program ended. */
export interface QuotaUsed extends EarlierCount {
  /** Who shares the counter: a key id, `app_…` or `par_…`. */
  readonly ownerId: string;
  readonly period: Quota['period'];
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

/** Windows that anybody can make more of, such as one for each client address: at most this many at a time, of all owners. */
const OPEN_WINDOWS_MAX = 100_000;
/** How many windows are looked at, to be dropped if empty, whenever one is asked for that is not there. */
const SWEPT_PER_MISS = 4;
/** Between the limit's part of an open window's id and who it is for; no name or address holds it. */
const OPEN_MARK = ' @';

/** Rate limit windows and quota counters, in memory, by who shares them: a key's survive its rotations. Windows run on the
 *  monotonic clock, quota counters on the calendar. A window without admissions is dropped sooner or later. */
export class Limiter {
  readonly #windows = new Map<string, SlidingWindow>();
  readonly #openWindows = new Map<string, SlidingWindow>();
  readonly #counters = { day: new Map<string, QuotaCounter>(), month: new Map<string, QuotaCounter>() };
  readonly #openWindowsMax: number;
  /** How many open windows each owner has; none that has none. */
  readonly #openOfOwners = new Map<string, number>();
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
    this.#sweep = this.#dropEmpty(this.#windows, this.#sweep, monotonicMs);
    const window = new SlidingWindow(rate);
    this.#windows.set(id, window);
    return window;
  }

  /** The id of the window of a limit for one of any number of parties, such as client addresses. When its owner, the first word of
   *  `limitId`, has too many, the parties that come then share one window of the limit until it is empty: together they get what
   *  one would, so nobody gets more than the limit. `sharedId` where limits of several ids are to share it. */
  openWindowId(limitId: string, party: string, monotonicMs: number, sharedId = limitId): string {
    const id = `${limitId}${OPEN_MARK}${party}`;
    if (this.#openWindows.has(id)) return id;
    this.#openSweep = this.#dropEmpty(this.#openWindows, this.#openSweep, monotonicMs);
    const shared = this.#windows.get(`${sharedId}${OPEN_MARK}`);
    const isShared = shared !== undefined && !shared.isEmpty(monotonicMs);
    return isShared || !this.#hasRoomFor(ownerOf(limitId)) ? `${sharedId}${OPEN_MARK}` : id;
  }

  /** Did openWindowId name a window that several parties share? */
  isShared(openWindowId: string): boolean {
    return openWindowId.endsWith(OPEN_MARK);
  }

  /** The window that openWindowId named. */
  openWindow(id: string, rate: RateLimit, monotonicMs: number): SlidingWindow {
    if (this.isShared(id)) return this.window(id, rate, monotonicMs);
    const window = this.#openWindows.get(id) ?? this.#addOpen(id, new SlidingWindow(rate));
    window.setRate(rate);
    return window;
  }

  /** Would `cost` fit into the quota of the calendar period that contains `nowMs`? Cost 0 always does. */
  peekQuota(ownerId: string, quota: CountedQuota, nowMs: number, cost: number): QuotaState {
    const period = quota.calendar.periodAt(nowMs);
    const used = this.#counters[quota.period].get(ownerId)?.usedIn(period) ?? 0;
    return quotaState(quota, period, used, cost === 0 || cost <= quota.limit - used);
  }

  /** Takes `cost` from the quota if it fits or the quota is soft. The state is the one after it. */
  spendQuota(ownerId: string, quota: CountedQuota, nowMs: number, cost: number): QuotaState {
    const before = this.peekQuota(ownerId, quota, nowMs, cost);
    if ((!before.fits && !quota.isSoft) || cost === 0) return before;
    const period = quota.calendar.periodAt(nowMs);
    const used = this.#counterFor(ownerId, quota.period).add(period, nowMs, cost);
    return quotaState(quota, period, used, true);
  }

  /** Lets go of the counters of an owner that is gone. */
  forgetQuota(ownerId: string): void {
    this.#counters.day.delete(ownerId);
    this.#counters.month.delete(ownerId);
  }

  /** Adds what the request log knows of earlier runs of the program. Call once. */
  restoreQuota(rows: Iterable<QuotaUsed>): void {
    for (const row of rows) this.#counterFor(row.ownerId, row.period).restore(row);
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
      const isOpen = id.includes(OPEN_MARK) && !id.endsWith(OPEN_MARK);
      const window = this.#restored(id, isOpen, windowMs);
      window.restore(uses.sort((a, b) => a.atMs - b.atMs));
    }
  }

  #restored(id: string, isOpen: boolean, windowMs: number): SlidingWindow {
    const known = (isOpen ? this.#openWindows : this.#windows).get(id);
    if (known !== undefined) return known;
    // The limit comes with the next request.
    const window = new SlidingWindow({ limit: 1, windowMs });
    if (isOpen) return this.#addOpen(id, window);
    this.#windows.set(id, window);
    return window;
  }

  /** An owner may have one more as long as more are free than it has: whatever one takes, as many stay for the others. Nobody's are
   *  taken away, that would grant more than the limit: who has most only gets no new ones. */
  #hasRoomFor(owner: string): boolean {
    return (this.#openOfOwners.get(owner) ?? 0) < this.#openWindowsMax - this.#openWindows.size;
  }

  #addOpen(id: string, window: SlidingWindow): SlidingWindow {
    this.#openWindows.set(id, window);
    const owner = ownerOf(id);
    this.#openOfOwners.set(owner, (this.#openOfOwners.get(owner) ?? 0) + 1);
    return window;
  }

  #drop(windows: Map<string, SlidingWindow>, id: string): void {
    windows.delete(id);
    if (windows !== this.#openWindows) return;
    const owner = ownerOf(id);
    const left = (this.#openOfOwners.get(owner) ?? 0) - 1;
    if (left > 0) this.#openOfOwners.set(owner, left);
    else this.#openOfOwners.delete(owner);
  }

  /** Looks at the next few windows and drops the empty ones; the iterator for the next time. */
  #dropEmpty(
    windows: Map<string, SlidingWindow>,
    sweep: MapIterator<[string, SlidingWindow]>,
    monotonicMs: number,
  ): MapIterator<[string, SlidingWindow]> {
    for (let looked = 0; looked < SWEPT_PER_MISS; looked += 1) {
      const next = sweep.next();
      if (next.done === true) return windows.entries();
      const [id, window] = next.value;
      if (window.isEmpty(monotonicMs)) this.#drop(windows, id);
    }
    return sweep;
  }

  #counterFor(ownerId: string, period: Quota['period']): QuotaCounter {
    const known = this.#counters[period].get(ownerId);
    if (known !== undefined) return known;
    const counter = new QuotaCounter(period);
    this.#counters[period].set(ownerId, counter);
    return counter;
  }
}

function quotaState(quota: Quota, period: QuotaPeriod, used: number, fits: boolean): QuotaState {
  const remaining = Math.max(0, quota.limit - used);
  return { fits, used, remaining, periodStartMs: period.startMs, resetsAtMs: period.endMs };
}

/** Whose an open window is: limits begin with their owner. */
function ownerOf(id: string): string {
  const end = id.indexOf(' ');
  return end === -1 ? id : id.slice(0, end);
}
