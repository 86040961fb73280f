import type { TightestLimit } from '#contract/limits-left.ts';
import type { NamedRateLimit, Quota, RateLimit } from '#contract/plans.ts';
import { duration } from '#renderer/format/durations.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { limitEndpointsText, type Limits, type LimitSubject } from './limit-draft.ts';

/** Who shares a counter, for choices. */
export const OWNER_WORDS: Readonly<Record<NamedRateLimit['by'], string>> = {
  key: 'each key for itself',
  application: 'all keys of an application together',
  partner: 'all keys of a partner together',
  clientIp: 'each client address of a key',
};

const SHARED: Readonly<Record<Exclude<NamedRateLimit['by'], 'key'>, string>> = {
  application: 'counted for all keys of the application together',
  partner: 'counted for all keys of the partner together',
  clientIp: 'counted for each client address by itself',
};

const SHORT: Readonly<Record<Exclude<NamedRateLimit['by'], 'key'>, string>> = {
  application: 'application together',
  partner: 'partner together',
  clientIp: 'each address',
};

/** Limits as short facts: `600 per minute`, `burst: 20 per second, each address`, `250,000 per month`. Empty without any. */
export function limitFacts({ rateLimit, rateLimits, quota }: Limits): readonly string[] {
  return [
    ...(rateLimit === null ? [] : [rateText(rateLimit)]),
    ...rateLimits.map((limit) =>
      joined([`${limit.name}: ${rateText(limit)}`, ...endpoints(limit), ...asides(limit)]),
    ),
    ...(quota === null ? [] : [quotaText(quota)]),
  ];
}

/** What of a limit is used: `870 of 1,000 per minute`; a named one with its name. */
export function limitUsedText(limit: TightestLimit): string {
  const most = limit.kind === 'rate' ? rateText(limit) : `${count(limit.limit)} per ${limit.period}`;
  const name = limit.kind === 'rate' && limit.name !== null ? `${limit.name}: ` : '';
  return `${name}${count(limit.used)} of ${most}`;
}

/** The same in one line; without own limits the plan's apply. */
export function limitText(limits: Limits): string {
  const facts = limitFacts(limits);
  return facts.length === 0 ? 'none of its own' : facts.join(limits.rateLimits.length === 0 ? ', ' : '; ');
}

/** What the limits will do, one sentence each; empty without any. */
export function limitSentences(
  { rateLimit, rateLimits, quota }: Limits,
  subject: LimitSubject,
): readonly string[] {
  return [
    ...(rateLimit === null
      ? []
      : [rateSentence({ ...rateLimit, name: null, by: 'key', isSoft: false }, subject)]),
    ...rateLimits.map((limit) => rateSentence(limit, subject)),
    ...(quota === null ? [] : [quotaSentence(quota, subject)]),
  ];
}

function rateSentence(
  limit: Omit<NamedRateLimit, 'name'> & { readonly name: string | null },
  subject: LimitSubject,
): string {
  const { name, by, isSoft, windowMs } = limit;
  const where = limit.only === undefined ? '' : ` to ${limitEndpointsText(limit.only)}`;
  const counting = `${counted(limit.limit, 'request')}${where} in any ${windowText(windowMs)}${sharing(by, subject)}`;
  const then = 'The next one is refused until the window has room.';
  const sentence = isSoft ? softSentence(counting, by) : `At most ${counting}. ${then}`;
  return name === null ? sentence : `${name}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function quotaSentence(quota: Quota, subject: LimitSubject): string {
  const { period, timeZone, resetDay, by, isSoft } = quota;
  const start = period === 'month' && resetDay !== 1 ? ` that starts on the ${ordinal(resetDay)}` : '';
  const span = `in a calendar ${period}${start} (${timeZone})`;
  const counting = `${counted(quota.limit, 'request')} ${span}${sharing(by, subject)}`;
  const then = `After that everything is refused until the next ${period} begins.`;
  return isSoft ? softSentence(counting, by) : `At most ${counting}. ${then}`;
}

function softSentence(counting: string, by: NamedRateLimit['by']): string {
  return `More than ${counting}${by === 'key' ? '' : ','} pass with a warning.`;
}

function sharing(by: NamedRateLimit['by'], subject: LimitSubject): string {
  return by === 'key' ? ` for ${subject}` : `, ${SHARED[by]}`;
}

function rateText({ limit, windowMs }: Pick<RateLimit, 'limit' | 'windowMs'>): string {
  return `${count(limit)} per ${windowText(windowMs)}`;
}

function quotaText(quota: Quota): string {
  const { period, timeZone, resetDay } = quota;
  const start = period === 'month' && resetDay !== 1 ? ` from the ${ordinal(resetDay)}` : '';
  const zone = timeZone === 'UTC' ? '' : ` (${timeZone})`;
  return joined([`${count(quota.limit)} per ${period}${start}${zone}`, ...asides(quota)]);
}

function asides({ by, isSoft }: Pick<NamedRateLimit, 'by' | 'isSoft'>): readonly string[] {
  return [...(by === 'key' ? [] : [SHORT[by]]), ...(isSoft ? ['warns only'] : [])];
}

function endpoints({ only }: Pick<NamedRateLimit, 'only'>): readonly string[] {
  return only === undefined ? [] : [limitEndpointsText(only)];
}

function joined(parts: readonly string[]): string {
  return parts.join(', ');
}

/** `minute`, `10 minutes`, `24 hours`. */
function windowText(windowMs: number): string {
  return duration(windowMs)
    .replace(/^1 (second|minute|hour)$/, '$1')
    .replace(/^1 day$/, '24 hours');
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' };

function ordinal(day: number): string {
  return `${day}${ENDINGS[ORDINALS.select(day)] ?? 'th'}`;
}
