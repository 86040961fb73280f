import type { TimeWindow } from '#contract/bindings.ts';

const MINUTES_OF_DAY = 1_440;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A window ready to compare with: minutes of the day. `toMinute` above a day's end reaches into the next day. */
interface ReadyWindow {
  readonly days: ReadonlySet<number>;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Windows of one time zone with what tells its clock on the wall. */
interface ReadyZone {
  readonly windows: readonly ReadyWindow[];
  readonly clock: Intl.DateTimeFormat;
}

/** Time windows of a key, ready to compare with. */
export type ReadyTimes = readonly ReadyZone[];

/** Prepares windows; dear (a calendar a time zone), so keep the result. */
export function readyTimes(windows: readonly TimeWindow[]): ReadyTimes {
  const zones = new Map<string, ReadyWindow[]>();
  for (const { days, from, to, timeZone } of windows) {
    const fromMinute = minuteOf(from);
    const toMinute = minuteOf(to);
    const ready: ReadyWindow = {
      days: new Set(days),
      fromMinute,
      toMinute: toMinute > fromMinute ? toMinute : toMinute + MINUTES_OF_DAY,
    };
    zones.set(timeZone, [...(zones.get(timeZone) ?? []), ready]);
  }
  return [...zones].map(([timeZone, ready]) => ({ windows: ready, clock: wallClock(timeZone) }));
}

/** Is the moment inside one of the windows? Read off the clock on the wall: of an hour that the clock shows twice both are inside,
 *  one that it skips never comes. */
export function isInTimes(times: ReadyTimes, nowMs: number): boolean {
  return times.some(({ windows, clock }) => {
    const { day, minute } = wallTime(clock, nowMs);
    const yesterday = day === 1 ? 7 : day - 1;
    return windows.some(
      ({ days, fromMinute, toMinute }) =>
        (days.has(day) && minute >= fromMinute && minute < toMinute) ||
        (days.has(yesterday) && minute + MINUTES_OF_DAY < toMinute),
    );
  });
}

function minuteOf(text: string): number {
  const [hours = '', minutes = ''] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function wallClock(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function wallTime(
  clock: Intl.DateTimeFormat,
  nowMs: number,
): { readonly day: number; readonly minute: number } {
  const parts = new Map(clock.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  return {
    day: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}
