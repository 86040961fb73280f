import { timestampMs } from '#contract/ids.ts';
import type { TimestampMs } from '#contract/ids.ts';
import { QUOTA_THRESHOLDS, type QuotaThreshold } from '#contract/quota-thresholds.ts';
import type { Quota } from '#contract/plans.ts';

/** A calendar period, ms UTC: from startMs (inclusive) to endMs (exclusive). */
export interface QuotaPeriod {
  readonly startMs: TimestampMs;
  readonly endMs: TimestampMs;
}

/** What of a quota decides where its periods begin. */
export type QuotaCalendarParts = Pick<Quota, 'period' | 'timeZone' | 'resetDay'>;

/** A day of some calendar. `month` may lie outside 1 to 12 and `day` outside the month: they are counted on. */
interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** No zone has been further from UTC: Manila and Juneau were 16 hours off until they changed sides of the date line. */
const OFFSET_MS_MAX = 16 * 3_600_000;
/** Clocks have not been set back by more at a time. */
const STEP_BACK_MS_MAX = 4 * 3_600_000;

/** The periods of a quota in its time zone: days from midnight to midnight, or months from the reset day to the next one (the
 *  last day where a month is shorter). A period begins with the first moment of its day, even where clocks skip midnight or pass
 *  it twice; periods join without gap. Remembers the last one: asked again inside it, the answer costs a comparison. */
export class QuotaCalendar {
  readonly #parts: QuotaCalendarParts;
  readonly #clock: Intl.DateTimeFormat;
  #last: QuotaPeriod | null = null;

  /** Throws RangeError for an unknown time zone. */
  constructor(parts: QuotaCalendarParts) {
    this.#parts = parts;
    this.#clock = new Intl.DateTimeFormat('en-US', {
      timeZone: parts.timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
  }

  /** The period that contains nowMs. */
  periodAt(nowMs: number): QuotaPeriod {
    const last = this.#last;
    if (last !== null && last.startMs <= nowMs && nowMs < last.endMs) return last;
    this.#last = this.#find(nowMs);
    return this.#last;
  }

  #find(nowMs: number): QuotaPeriod {
    let start = this.#boundaryBefore(this.#dateAt(nowMs));
    let startMs = this.#firstMsOf(start);
    let next = this.#boundaryAfter(start);
    let endMs = this.#firstMsOf(next);
    // Around a midnight that passes twice the calendar shows the old day again: the new period has begun all the same. A day
    // that a zone skipped is a period of no length.
    while (nowMs >= endMs) {
      [start, startMs] = [next, endMs];
      next = this.#boundaryAfter(start);
      endMs = this.#firstMsOf(next);
    }
    return { startMs: timestampMs.parse(Math.max(0, startMs)), endMs: timestampMs.parse(endMs) };
  }

  /** The newest day on which a period begins that is not after `date`. */
  #boundaryBefore(date: LocalDate): LocalDate {
    if (this.#parts.period === 'day') return date;
    const inMonth = this.#resetDate(date.year, date.month);
    return inMonth.day <= date.day ? inMonth : this.#resetDate(date.year, date.month - 1);
  }

  #boundaryAfter({ year, month, day }: LocalDate): LocalDate {
    if (this.#parts.period === 'day') return { year, month, day: day + 1 };
    return this.#resetDate(year, month + 1);
  }

  #resetDate(year: number, month: number): LocalDate {
    const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return { year, month, day: Math.min(this.#parts.resetDay, daysInMonth) };
  }

  #dateAt(atMs: number): LocalDate {
    const shown = new Date(this.#shownMs(atMs));
    return { year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate() };
  }

  /** The moment at which the zone's calendar comes to a date for the first time, found by halving: to the second, as all zones
   *  change. Where clocks go back over midnight, halving may find the second time. */
  #firstMsOf({ year, month, day }: LocalDate): number {
    const wantedMs = Date.UTC(year, month - 1, day);
    if (this.#parts.timeZone === 'UTC') return wantedMs;
    let before = (wantedMs - OFFSET_MS_MAX) / 1_000;
    let at = (wantedMs + OFFSET_MS_MAX) / 1_000;
    while (at - before > 1) {
      const middle = Math.floor((before + at) / 2);
      if (this.#shownMs(middle * 1_000) >= wantedMs) at = middle;
      else before = middle;
    }
    const foundMs = at * 1_000;
    const firstMs = wantedMs - this.#offsetMs(foundMs - STEP_BACK_MS_MAX);
    return firstMs < foundMs && this.#shownMs(firstMs) >= wantedMs ? firstMs : foundMs;
  }

  #offsetMs(atMs: number): number {
    return this.#shownMs(atMs) - atMs;
  }

  /** What the clocks of the zone show, written as if it were UTC; whole seconds. */
  #shownMs(atMs: number): number {
    let [year, month, day, hour, minute, second] = [0, 0, 0, 0, 0, 0];
    for (const { type, value } of this.#clock.formatToParts(atMs)) {
      if (type === 'year') year = Number(value);
      else if (type === 'month') month = Number(value);
      else if (type === 'day') day = Number(value);
      else if (type === 'hour') hour = Number(value);
      else if (type === 'minute') minute = Number(value);
      else if (type === 'second') second = Number(value);
    }
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }
}

/** The highest share of a limit, in per cent, that is reached now and was not before; null for none. */
export function reachedThreshold(usedBefore: number, usedNow: number, limit: number): QuotaThreshold | null {
  let reached: QuotaThreshold | null = null;
  for (const threshold of QUOTA_THRESHOLDS) {
    const wanted = (limit * threshold) / 100;
    if (usedBefore < wanted && usedNow >= wanted) reached = threshold;
  }
  return reached;
}
