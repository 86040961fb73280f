import type { Key } from '#contract/keys.ts';
import type { LimitsLeft } from '#contract/limits-left.ts';
import type { LimitEndpoints } from '#contract/plans.ts';

const UNITS = [
  { ms: 86_400_000, one: 'day', many: 'days' },
  { ms: 3_600_000, one: 'hour', many: 'hours' },
  { ms: 60_000, one: 'minute', many: 'minutes' },
  { ms: 1_000, one: 'second', many: 'seconds' },
] as const;

const OWNERS = {
  key: '',
  application: ', shared by all keys of the application',
  partner: ', shared by all keys of the partner',
  clientIp: ', for each client address',
} as const;

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** A length of time in its largest whole unit: `minute`, `15 minutes`, `90 seconds`. */
export function spanText(spanMs: number): string {
  for (const { ms, one, many } of UNITS) {
    if (spanMs % ms === 0) return spanMs === ms ? one : `${String(spanMs / ms)} ${many}`;
  }
  return `${String(spanMs)} milliseconds`;
}

/** Limits as far as they are told to those who are not to know what is used of them. */
export interface StatedLimits {
  readonly rateLimits: readonly Pick<
    LimitsLeft['rateLimits'][number],
    'limit' | 'windowMs' | 'name' | 'by' | 'isSoft' | 'only'
  >[];
  readonly quota: Pick<NonNullable<LimitsLeft['quota']>, 'limit' | 'period' | 'by' | 'isSoft'> | null;
}

/** The limits in force, one sentence each. */
export function limitSentences({ rateLimits, quota }: StatedLimits): readonly string[] {
  const sentences = rateLimits.map(
    ({ limit, windowMs, name, by, isSoft, only }) =>
      `${calls(limit)}${endpointsText(only)} in any ${spanText(windowMs)}${name === null ? '' : ` (${name})`}${OWNERS[by]}${soft(isSoft)}.`,
  );
  if (quota === null) return sentences;
  const { limit, period, by, isSoft } = quota;
  return [...sentences, `${calls(limit)} a ${period}${OWNERS[by]}${soft(isSoft)}.`];
}

/** From where, with what and when the key may be used, one sentence each. `serviceNames` are those that it is bound to. */
export function boundSentences(key: Key, serviceNames: readonly string[]): readonly string[] {
  const sentences = [
    ...listed('From these addresses only', key.ipAllow),
    ...listed('From pages of these origins only', key.originAllow),
    ...listed('With these programs only (User-Agent)', key.userAgentAllow),
    ...listed('At these services only', serviceNames),
    ...(key.signedBy === null ? [] : [signedSentence(key.signedBy)]),
    ...key.timeAllow.map(
      ({ days, from, to, timeZone }) =>
        `${days.map((day) => DAYS[day - 1] ?? '').join(', ')} from ${from} to ${to} (${timeZone}).`,
    ),
  ];
  if (sentences.length === 0 || key.bindingMode === 'enforce') return sentences;
  return [...sentences, 'Calls outside these bounds are let pass for now, and are noted.'];
}

function signedSentence({ coversBody }: NonNullable<Key['signedBy']>): string {
  const body = coversBody ? ', content-digest' : '';
  return `Signed requests only (RFC 9421): ed25519, keyid = the id of the key, created and a new nonce each; covering @method, @path, @query${body}.`;
}

function endpointsText(only: LimitEndpoints | undefined): string {
  if (only === undefined) return '';
  const methods = only.methods[0] === '*' ? '' : `${only.methods.join(', ')} `;
  return ` to ${methods}${only.path}`;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count.toLocaleString('en-US')} calls`;
}

function soft(isSoft: boolean): string {
  return isSoft ? '; more are let pass and noted' : '';
}

function listed(what: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${what}: ${items.join(', ')}.`];
}
