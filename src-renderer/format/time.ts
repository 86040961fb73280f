/** Whose clock the absolute times are shown in: this computer's, UTC's, or that of a zone of the IANA database. */
export type TimeZoneChoice = 'local' | 'utc' | `${string}/${string}`;

const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** The options that make a formatter show the clock of a zone. */
function zoneOptions(choice: TimeZoneChoice): Intl.DateTimeFormatOptions {
  if (choice === 'local') return {};
  return { timeZone: choice === 'utc' ? 'UTC' : choice };
}

/** One formatter a zone, made once: making one costs more than drawing the row it is for. */
function perZone(options: Intl.DateTimeFormatOptions): (choice: TimeZoneChoice) => Intl.DateTimeFormat {
  const made = new Map<TimeZoneChoice, Intl.DateTimeFormat>();
  return (choice) => {
    const known = made.get(choice);
    if (known !== undefined) return known;
    const format = new Intl.DateTimeFormat('en-GB', { ...options, ...zoneOptions(choice) });
    made.set(choice, format);
    return format;
  };
}

const MOMENT = perZone({ ...DAY, ...CLOCK });
const CLOCK_ONLY = perZone(CLOCK);
const CLOCK_MILLIS = perZone({ ...CLOCK, fractionalSecondDigits: 3 });
const DAY_ONLY = perZone(DAY);
const HOUR_AND_MINUTE = perZone({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY_OF_MONTH = perZone({ day: 'numeric', month: 'short' });
const OFFSET = perZone({ timeZoneName: 'longOffset' });

/** `22 Nov 2026, 14:02:31`, with `UTC` or `UTC+9` behind it when the clock is not this computer's. */
export function absoluteTime(atMs: number, choice: TimeZoneChoice): string {
  const text = MOMENT(choice).format(atMs);
  return choice === 'local' ? text : `${text} ${zoneName(choice, atMs)}`;
}

/** `14:02:31` or, with `withMillis`, `14:02:31.482`. */
export function clockTime(atMs: number, choice: TimeZoneChoice, withMillis = false): string {
  return (withMillis ? CLOCK_MILLIS : CLOCK_ONLY)(choice).format(atMs);
}

/** `22 Nov 2026`. */
export function calendarDay(atMs: number, choice: TimeZoneChoice): string {
  return DAY_ONLY(choice).format(atMs);
}

/** `14:02`. */
export function hourAndMinute(atMs: number, choice: TimeZoneChoice): string {
  return HOUR_AND_MINUTE(choice).format(atMs);
}

/** `22 Nov`. */
export function dayOfMonth(atMs: number, choice: TimeZoneChoice): string {
  return DAY_OF_MONTH(choice).format(atMs);
}

/** Name of the zone that the choice shows: `UTC` or, say, `UTC+1`. */
export function zoneName(choice: TimeZoneChoice, atMs: number): string {
  if (choice === 'utc') return 'UTC';
  const minutes = zoneOffsetMs(atMs, choice) / 60_000;
  if (minutes === 0) return 'UTC+0';
  const sign = minutes < 0 ? '−' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${String(hours)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** How far the shown clock is ahead of UTC at a moment, ms. */
export function zoneOffsetMs(atMs: number, choice: TimeZoneChoice): number {
  if (choice === 'utc') return 0;
  if (choice === 'local') return -new Date(atMs).getTimezoneOffset() * 60_000;
  const name = OFFSET(choice)
    .formatToParts(atMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(name ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

const STEPS = [
  { unit: 'year', ms: 365 * 86_400_000 },
  { unit: 'month', ms: 30 * 86_400_000 },
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** `3 min. ago`, `in 61 days`, `now` within five seconds. Rounded towards zero, so that "in 2 hr." never means less. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distance = atMs - nowMs;
  if (Math.abs(distance) < 5_000) return 'now';
  const step = STEPS.find((candidate) => Math.abs(distance) >= candidate.ms) ?? STEPS[5];
  return relative.format(Math.trunc(distance / step.ms), step.unit).replaceAll('.', '');
}

/** Value for an `<input type="datetime-local">`, in the browser's zone: `2026-11-22T14:02`. */
export function toLocalInput(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment an `<input type="datetime-local">` names, or null when it is empty or unreadable. */
export function fromLocalInput(text: string): number | null {
  if (text === '') return null;
  const atMs = new Date(text).getTime();
  return Number.isFinite(atMs) ? atMs : null;
}
