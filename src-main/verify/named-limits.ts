import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { NamedRateLimit, RateLimit, RateLimitOverride } from '#contract/plans.ts';
import { addressSource } from '#main/domain/ip-address.ts';
import type { WindowState } from '#main/domain/rate-limit.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Limiter } from './limiter.ts';
import { limitsKeyId } from './limits-key.ts';

/** One rate limit as this request meets it. */
export interface JudgedLimit {
  readonly limit: NamedRateLimit;
  readonly cost: number;
  readonly windowId: string;
  /** For anybody who comes: the number of such windows is bounded. */
  readonly isOpen: boolean;
  /** It would have refused, were it not soft. */
  readonly isSoftOver: boolean;
  /** Before spending: would it fit? After: what is left. */
  state: WindowState;
}

/** What judging needs of a request. `single` = the limit without a name, the key's own or the plan's. */
export interface LimitQuestion {
  readonly row: VerifyRow;
  readonly single: RateLimit | null;
  readonly named: readonly NamedRateLimit[];
  /** A child's own, beside those of its parent; a request cannot change it. */
  readonly ofChild: RateLimit | null;
  readonly overrides: readonly RateLimitOverride[];
  readonly clientIp: string | null;
  readonly cost: number;
}

/** All callers whose address nobody told share one window. */
const UNKNOWN_ADDRESS = 'unknown';

/** Looks at every limit that holds for a request and takes nothing. The single one first, then named ones in their order, then
 *  those that only the request names. */
export function judgeLimits(
  limiter: Limiter,
  question: LimitQuestion,
  monotonicMs: number,
): readonly JudgedLimit[] {
  const judged: JudgedLimit[] = [];
  for (const met of limitsOf(question)) {
    const { override } = met;
    const { limit, windowId, isOpen } = placeOf(limiter, question, met, monotonicMs);
    const cost = override?.cost ?? question.cost;
    // Open windows that share one because there are too many are judged together.
    const before = judged.reduce((sum, other) => (other.windowId === windowId ? sum + other.cost : sum), 0);
    const window = windowOf(limiter, { windowId, isOpen, limit }, monotonicMs);
    const state = window.peek(monotonicMs, cost === 0 ? 0 : cost + before);
    const isSoftOver = limit.isSoft && !state.fits;
    judged.push({ limit, cost, windowId, isOpen, isSoftOver, state });
  }
  return judged;
}

/** Takes the cost of every limit; all of them were judged at the same moment. */
export function spendLimits(limiter: Limiter, judged: readonly JudgedLimit[], monotonicMs: number): void {
  for (const each of judged) each.state = windowOf(limiter, each, monotonicMs).count(monotonicMs, each.cost);
}

/** The limit that refuses: of several the one that makes the caller wait longest. null when all that are not soft fit. */
export function refusingLimit(judged: readonly JudgedLimit[]): JudgedLimit | null {
  let worst: JudgedLimit | null = null;
  for (const each of judged) {
    if (each.state.fits || each.limit.isSoft) continue;
    if (worst === null || waitMs(each) > waitMs(worst)) worst = each;
  }
  return worst;
}

/** The limit with the least room; of equals the one that takes longest to get some back. null without limits. */
export function tightestLimit(judged: readonly JudgedLimit[]): JudgedLimit | null {
  let tightest: JudgedLimit | null = null;
  for (const each of judged) {
    if (tightest === null || isTighter(each.state, tightest.state)) tightest = each;
  }
  return tightest;
}

/** Overrides that say too little about a limit that the key does not have: nothing was limited by them. */
export function unknownOverrides({ named, overrides }: LimitQuestion): readonly RateLimitOverride[] {
  return overrides.filter(
    ({ name, limit, windowMs }) =>
      !named.some((each) => each.name === name) &&
      name !== DEFAULT_LIMIT_NAME &&
      (limit === undefined) !== (windowMs === undefined),
  );
}

/** The first of these names that the key does not have and the request does not describe. */
export function missingLimit(
  { named, overrides, single }: LimitQuestion,
  names: readonly string[] = [],
): string | null {
  const limits = (name: string): boolean =>
    (name === DEFAULT_LIMIT_NAME && single !== null) ||
    named.some((each) => each.name === name) ||
    overrides.some((each) => each.name === name && each.limit !== undefined && each.windowMs !== undefined);
  return names.find((name) => !limits(name)) ?? null;
}

interface MetLimit {
  readonly limit: NamedRateLimit;
  readonly override: RateLimitOverride | undefined;
  /** `madeUp`: its name or its length is the request's alone, and a service may make up any number of those. `child`: of a child's own. */
  readonly kind: 'held' | 'madeUp' | 'child';
}

function limitsOf({ single, named, ofChild, overrides }: LimitQuestion): readonly MetLimit[] {
  const unnamed = single === null ? [] : [{ ...single, name: DEFAULT_LIMIT_NAME, ...OF_THE_KEY }];
  const own = [...unnamed, ...named].map((limit) => {
    const override = overrides.find(({ name }) => name === limit.name);
    const isMadeUp = override?.windowMs !== undefined && override.windowMs !== limit.windowMs;
    return { limit: overridden(limit, override), override, kind: isMadeUp ? 'madeUp' : 'held' } as const;
  });
  const added = overrides.flatMap((override) => {
    const { name, limit, windowMs } = override;
    if (limit === undefined || windowMs === undefined || own.some((each) => each.limit.name === name))
      return [];
    return [{ limit: { name, limit, windowMs, ...OF_THE_KEY }, override, kind: 'madeUp' as const }];
  });
  if (ofChild === null) return [...own, ...added];
  const limit = { ...ofChild, name: CHILD_LIMIT_NAME, ...OF_THE_KEY };
  return [...own, ...added, { limit, override: undefined, kind: 'child' }];
}

/** As answers call it. */
const CHILD_LIMIT_NAME = 'child';

const OF_THE_KEY = { by: 'key', isSoft: false } as const;

function overridden(limit: NamedRateLimit, override: RateLimitOverride | undefined): NamedRateLimit {
  if (override === undefined) return limit;
  return {
    ...limit,
    limit: override.limit ?? limit.limit,
    windowMs: override.windowMs ?? limit.windowMs,
  };
}

type PlacedLimit = Pick<JudgedLimit, 'limit' | 'windowId' | 'isOpen'>;

function placeOf(
  limiter: Limiter,
  question: LimitQuestion,
  { kind, limit }: MetLimit,
  monotonicMs: number,
): PlacedLimit {
  if (kind === 'madeUp') return placeMadeUp(limiter, question, limit, monotonicMs);
  if (kind === 'held') return place(limiter, question, limit, monotonicMs);
  // Its parent's windows have the parent's id.
  return { limit, windowId: `${question.row.keyId} ${limit.name} ${limit.windowMs}`, isOpen: false };
}

function place(
  limiter: Limiter,
  question: LimitQuestion,
  limit: NamedRateLimit,
  monotonicMs: number,
): PlacedLimit {
  const { row, single } = question;
  const { by, name, windowMs } = limit;
  // The single limit keeps its window when its length changes; others have one for each length.
  const isSingle = name === DEFAULT_LIMIT_NAME && single?.windowMs === windowMs;
  const limitId = isSingle ? limitsKeyId(row) : `${ownerOf(row, by)} ${name} ${windowMs}`;
  if (by !== 'clientIp') return { limit, windowId: limitId, isOpen: false };
  return {
    limit,
    windowId: limiter.openWindowId(limitId, addressOf(question), monotonicMs),
    isOpen: true,
  };
}

/** When there are too many, those of one owner share windows whose lengths are powers of two and not shorter than their own:
 *  nobody gets more than the limit, and the number of lengths is bounded. */
function placeMadeUp(
  limiter: Limiter,
  question: LimitQuestion,
  limit: NamedRateLimit,
  monotonicMs: number,
): PlacedLimit {
  const { by, name, windowMs } = limit;
  const owner = ownerOf(question.row, by);
  const party = by === 'clientIp' ? `${name} ${addressOf(question)}` : name;
  const sharedMs = 2 ** Math.ceil(Math.log2(windowMs));
  const sharedId = `${owner} ${sharedMs}`;
  const windowId = limiter.openWindowId(`${owner} ${windowMs}`, party, monotonicMs, sharedId);
  return {
    limit: limiter.isShared(windowId) ? { ...limit, windowMs: sharedMs } : limit,
    windowId,
    isOpen: true,
  };
}

function ownerOf(row: VerifyRow, by: NamedRateLimit['by']): string {
  if (by === 'application') return row.applicationId;
  return by === 'partner' ? row.partnerId : limitsKeyId(row);
}

function addressOf({ clientIp }: LimitQuestion): string {
  return (clientIp === null ? null : addressSource(clientIp)) ?? UNKNOWN_ADDRESS;
}

function windowOf(
  limiter: Limiter,
  { windowId, isOpen, limit }: Pick<JudgedLimit, 'windowId' | 'isOpen' | 'limit'>,
  monotonicMs: number,
) {
  return isOpen
    ? limiter.openWindow(windowId, limit, monotonicMs)
    : limiter.window(windowId, limit, monotonicMs);
}

function waitMs({ state }: JudgedLimit): number {
  return state.retryAfterMs ?? Number.POSITIVE_INFINITY;
}

function isTighter(one: WindowState, other: WindowState): boolean {
  return (
    one.remaining < other.remaining || (one.remaining === other.remaining && one.resetMs > other.resetMs)
  );
}
