import type { TimeWindow } from '#contract/bindings.ts';

/** Short names of the days, Monday first. */
export const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** `Mon–Fri 08:00–18:00 (Europe/Berlin)`, `every day 22:00–06:00 of the next day (UTC)`. */
export function hoursText({ days, from, to, timeZone }: TimeWindow): string {
  const isOverNight = to < from;
  return `${daysText(days)} ${from}–${to}${isOverNight ? ' of the next day' : ''} (${timeZone})`;
}

/** Runs of three or more days are joined: `Mon–Fri`, `Mon, Tue`, `every day`. */
function daysText(days: readonly number[]): string {
  if (days.length === DAY_NAMES.length) return 'every day';
  const runs: { first: number; last: number }[] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run.last === day - 1) run.last = day;
    else runs.push({ first: day, last: day });
  }
  return runs
    .flatMap(({ first, last }) =>
      last - first < 2 ? [...new Set([first, last])].map(dayName) : [`${dayName(first)}–${dayName(last)}`],
    )
    .join(', ');
}

function dayName(day: number): string {
  return DAY_NAMES[day - 1] ?? '';
}
