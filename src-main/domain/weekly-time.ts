/** A moment of every week by the clock on a wall. */
export interface WeeklyTime {
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
  readonly hour: number;
  /** Name of the IANA database, or `UTC`. */
  readonly timeZone: string;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** Clocks differ from UTC by whole quarters of an hour. */
const STEP_MS = 15 * 60_000;
/** A week, and the hours that a change of clocks may add. */
const STEPS_MAX = (8 * 86_400_000) / STEP_MS;

/** The first moment after `afterMs` at which the wall clock reaches the hour on that day of the week. An hour that a change of clocks
 *  leaves out is reached when the clock jumps past it. Ms UTC. */
export function nextWeekly({ weekday, hour, timeZone }: WeeklyTime, afterMs: number): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const isReached = (atMs: number): boolean => {
    const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
    return WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1 === weekday && Number(parts.get('hour')) >= hour;
  };
  let atMs = Math.floor(afterMs / STEP_MS) * STEP_MS;
  let wasReached = isReached(atMs);
  for (let step = 0; step < STEPS_MAX; step += 1) {
    atMs += STEP_MS;
    const isNow = isReached(atMs);
    if (isNow && !wasReached) return atMs;
    wasReached = isNow;
  }
  // No zone has a week without that day.
  return atMs;
}
