import type { ThrowAwayPolicy } from './throw-away-keys.ts';

export const WINDOW_MS = 1_000;
export const SLIDING = { limit: 100, windowMs: WINDOW_MS };
/** Longer than the test takes, on any machine that is of use. */
const LONG_MS = 60_000;
export const QUOTA = { limit: 50, period: 'day', timeZone: 'UTC' } as const;
export const PER_ADDRESS = 20;
export const SHARED = 30;
export const COSTLY = 10;
export const REPEATED = 5;
export const SOFT = 10;
export const OF_CHILD = 12;
/** The one endpoint whose limit is tried; requests to others are no business of it. */
export const ENDPOINT = { limit: 12, method: 'POST', path: '/self-test/orders' } as const;
/** What a plan says, and what a key says instead. */
export const PLAN = { rateLimit: 10, named: 14, quota: 18, ofTheKey: 6, generous: 100 } as const;

const long = (limit: number) => ({ limit, windowMs: LONG_MS });
const named = (name: string, limit: number, more: object = {}) => ({
  rateLimits: [{ name, ...long(limit), ...more }],
});
const byOwner = (limit: number, by: 'clientIp' | 'application' | 'partner') => named('all', limit, { by });
const only = { methods: [ENDPOINT.method], path: ENDPOINT.path };
const plan = {
  rateLimit: long(PLAN.rateLimit),
  ...named('planned', PLAN.named),
  quota: { ...QUOTA, limit: PLAN.quota },
};
const generous = { rateLimit: long(PLAN.generous) };

/** A key for each; two that share a limit are told apart by `Too`. */
export const POLICIES = {
  sliding: { key: { rateLimit: SLIDING } },
  addresses: { key: byOwner(PER_ADDRESS, 'clientIp') },
  sharing: { key: byOwner(SHARED, 'application') },
  sharingToo: { key: byOwner(SHARED, 'application') },
  partnered: { key: byOwner(SHARED, 'partner') },
  partneredToo: { key: byOwner(SHARED, 'partner'), isOfOtherApplication: true },
  costly: { key: { rateLimit: long(COSTLY) } },
  repeated: { key: { rateLimit: long(REPEATED) } },
  endpoint: { key: named('orders', ENDPOINT.limit, { only }) },
  soft: { key: named('soft', SOFT, { isSoft: true }) },
  softQuota: { key: { quota: { ...QUOTA, limit: SOFT, isSoft: true } } },
  parent: { key: { rateLimit: long(SHARED) }, child: { name: 'child', rateLimit: long(OF_CHILD) } },
  planned: { plan },
  plannedNamed: { plan, key: generous },
  plannedQuota: { plan, key: { ...generous, ...named('planned', PLAN.generous) } },
  plannedNot: { plan, key: { rateLimit: long(PLAN.ofTheKey) } },
  quota: { key: { quota: QUOTA } },
} as const satisfies Readonly<Record<string, ThrowAwayPolicy>>;

/** By which a key is asked for. */
export type PolicyName = keyof typeof POLICIES | (typeof POLICIES)['parent']['child']['name'];
