import type { VerifyRequest } from '#contract/verify.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Policies } from './policies.ts';

/** Which keys count as known; without it, every key. `here` = those that hold a scope or an allow rule at the calling service;
 *  `nowhere` = none: the caller asked about another key space than its own. */
export type KnownAt = 'here' | 'nowhere';

/** A verification as the doors ask for it. Callers cannot set `knownAt`, and only our own doors may send `scopes: []`, which
 *  demands nothing of a key but that it is good. Of `mustLimit`, names of
 *  `rateLimits`, each must limit something, else the request is a bad one and nothing is spent. With a `credentialFault`, a sentence, the request is MALFORMED whatever it
 *  presented: the door that read it could not tell which key was meant. */
export type Verification = VerifyRequest & {
  readonly knownAt?: KnownAt;
  readonly credentialFault?: string | undefined;
  readonly mustLimit?: readonly string[];
};

/** The key, unless it counts as unknown: then its state, too, stays untold. */
export function knownRow(
  row: VerifyRow | null,
  policies: Policies,
  knownAt: KnownAt | undefined,
): VerifyRow | null {
  if (row === null || knownAt === undefined) return row;
  if (knownAt === 'nowhere') return null;
  const { scopeNames, rules } = policies.held(row);
  return scopeNames.length > 0 || rules.allows.length > 0 ? row : null;
}
