import { z } from 'zod';
import {
  QUOTA_OWNERS,
  RATE_LIMIT_OWNERS,
  namedRateLimit,
  quota,
  rateLimit,
  type LimitEndpoints,
  type NamedRateLimit,
  type Quota,
  type RateLimit,
} from '#contract/plans.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { parseRule } from '#renderer/scopes/rule-text.ts';

/** Units in which a window is typed. */
export const WINDOW_UNITS = ['millisecond', 'second', 'minute', 'hour', 'day'] as const;
export type WindowUnit = (typeof WINDOW_UNITS)[number];
const UNIT_MS: Readonly<Record<WindowUnit, number>> = {
  millisecond: 1,
  second: 1_000,
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};

const windowDraft = z.object({ count: z.number().nullable(), unit: z.enum(WINDOW_UNITS) });
/** A length of time as it is typed: `10` and `minute`. */
export type WindowDraft = z.output<typeof windowDraft>;

const namedLimitDraft = z.object({
  name: z.string(),
  limit: z.number().nullable(),
  window: windowDraft,
  by: z.enum(RATE_LIMIT_OWNERS),
  isSoft: z.boolean(),
  /** As a rule is typed: `POST /offers/**`; empty = every request. */
  only: z.string(),
});
export type NamedLimitDraft = z.output<typeof namedLimitDraft>;

/** Limits of a key or plan while they are typed. An empty `rateLimit` or `quota` means that there is none. */
export const limitDraft = z.object({
  rateLimit: z.number().nullable(),
  rateWindow: windowDraft,
  named: z.array(namedLimitDraft),
  quota: z.number().nullable(),
  quotaPeriod: z.enum(['day', 'month']),
  quotaZone: z.string(),
  quotaResetDay: z.number().nullable(),
  quotaBy: z.enum(QUOTA_OWNERS),
  isQuotaSoft: z.boolean(),
});
export type LimitDraft = z.output<typeof limitDraft>;

/** Limits as keys and plans hold them. */
export interface Limits {
  readonly rateLimit: RateLimit | null;
  readonly rateLimits: readonly NamedRateLimit[];
  readonly quota: Quota | null;
}

/** The same before anything has looked at it: what the contract's schemas are given. */
interface TypedLimits {
  readonly rateLimit: Loose<RateLimit> | null;
  readonly rateLimits: readonly Loose<NamedRateLimit>[];
  readonly quota: Loose<Quota> | null;
}
type Loose<Type> = { readonly [Name in keyof Type]: Type[Name] extends number ? number | null : Type[Name] };

/** No limit at all; the first one typed counts a minute, the first quota a month. */
export const NO_LIMITS: LimitDraft = limitDraftOf({ rateLimit: null, rateLimits: [], quota: null });

/** One more rate limit, to be named. */
export const NEW_NAMED_LIMIT: NamedLimitDraft = {
  name: '',
  limit: null,
  window: { count: 1, unit: 'second' },
  by: 'key',
  isSoft: false,
  only: '',
};

/** Limits as they stand, to be edited. */
export function limitDraftOf(limits: Limits): LimitDraft {
  return {
    rateLimit: limits.rateLimit?.limit ?? null,
    rateWindow: windowDraftOf(limits.rateLimit?.windowMs ?? MINUTE_MS),
    named: limits.rateLimits.map(({ windowMs, only, ...limit }) => ({
      ...limit,
      window: windowDraftOf(windowMs),
      only: only === undefined ? '' : limitEndpointsText(only),
    })),
    quota: limits.quota?.limit ?? null,
    quotaPeriod: limits.quota?.period ?? 'month',
    quotaZone: limits.quota?.timeZone ?? 'UTC',
    quotaResetDay: limits.quota?.resetDay ?? 1,
    quotaBy: limits.quota?.by ?? 'key',
    isQuotaSoft: limits.quota?.isSoft ?? false,
  };
}

/** What was typed, in the fields of the contract. Numbers that are missing stay null, for the schema to name them. */
export function typedLimits(draft: LimitDraft): TypedLimits {
  const { quotaPeriod } = draft;
  return {
    rateLimit:
      draft.rateLimit === null ? null : { limit: draft.rateLimit, windowMs: windowMsOf(draft.rateWindow) },
    rateLimits: draft.named.map(({ window, name, only, ...limit }) => ({
      ...limit,
      name: name.trim(),
      windowMs: windowMsOf(window),
      ...typedEndpoints(only),
    })),
    quota:
      draft.quota === null
        ? null
        : {
            limit: draft.quota,
            period: quotaPeriod,
            timeZone: draft.quotaZone,
            // A day has no day on which it starts; what was typed for the month waits in the draft.
            resetDay: quotaPeriod === 'month' ? draft.quotaResetDay : 1,
            isSoft: draft.isQuotaSoft,
            by: draft.quotaBy,
          },
  };
}

/** The limits of a draft that are whole; the rest is left out. For saying what will happen while it is typed. */
export function readableLimits(draft: LimitDraft): Limits {
  const typed = typedLimits(draft);
  return {
    rateLimit: rateLimit.nullable().safeParse(typed.rateLimit).data ?? null,
    rateLimits: typed.rateLimits.flatMap((limit) => namedRateLimit.safeParse(limit).data ?? []),
    quota: quota.nullable().safeParse(typed.quota).data ?? null,
  };
}

/** Does one rate limit and one plain quota of the key's own say everything? Then the form need not show more. */
export function isPlain(draft: LimitDraft): boolean {
  return (
    draft.named.length === 0 &&
    draft.quotaZone === 'UTC' &&
    draft.quotaResetDay === 1 &&
    draft.quotaBy === 'key' &&
    !draft.isQuotaSoft
  );
}

/** Endpoints of a limit as they are typed: `GET,POST /offers/**`. */
export function limitEndpointsText({ methods, path }: LimitEndpoints): string {
  return `${methods.join(',')} ${path}`;
}

/** A text that is no endpoint is handed on as a path, for the contract to refuse. */
function typedEndpoints(only: string): { readonly only?: LimitEndpoints } {
  const text = only.trim();
  if (text === '') return {};
  const parsed = parseRule(text);
  if (!parsed.ok || parsed.rule.effect === 'deny') return { only: { methods: ['*'], path: text } };
  const { methods, path } = parsed.rule;
  return { only: { methods, path } };
}

function windowMsOf({ count, unit }: WindowDraft): number | null {
  return count === null ? null : count * UNIT_MS[unit];
}

/** In the largest unit that leaves no rest: 90 seconds stay 90 seconds. */
function windowDraftOf(windowMs: number): WindowDraft {
  const unit = WINDOW_UNITS.findLast((candidate) => windowMs % UNIT_MS[candidate] === 0) ?? 'millisecond';
  // 24 hours is how a sliding day is said; a calendar day is a quota's.
  const said = unit === 'day' && windowMs === DAY_MS ? 'hour' : unit;
  return { count: windowMs / UNIT_MS[said], unit: said };
}

/** Whose limits are told: one key's, or those of every key of a plan. */
export type LimitSubject = 'this key' | 'each key';

/** What the fields of limits get. */
export interface LimitFieldsProps {
  readonly draft: LimitDraft;
  readonly onChange: (part: Partial<LimitDraft>) => void;
  /** What is wrong with a field of the contract, for example `rateLimits.0.name`. */
  readonly errorOf: (path: string) => string | undefined;
  /** Id of the control of a field of the contract. */
  readonly idOf: (path: string) => string;
  readonly subject: LimitSubject;
}
