import { serviceId } from '#contract/ids.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import { decide, VERIFICATION_STEPS } from '#main/domain/verification.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { Attempt } from './attempt.ts';
import { findCredential, readCredential } from './credential.ts';
import type { Verification } from './known-at.ts';
import type { Limiter } from './limiter.ts';
import { Policies } from './policies.ts';

/** What somebody presents who asks about a key as its holder. */
export type HolderCredential = Pick<Verification, 'key' | 'keyId' | 'secret' | 'credentialFault'>;

/** Whose key was presented. `refused` as a verification refuses it: unknown, malformed, revoked, or none at all. A key that is
 *  suspended or expired has a holder all the same. */
export type HolderOutcome =
  | { readonly kind: 'holder'; readonly row: VerifyRow }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly row: VerifyRow | null };

/** Recognises the holder of a key by its secret. */
export type IdentifyHolder = (presented: HolderCredential) => HolderOutcome;

/** No service has it: a holder asks about the key as a whole. */
const NO_SERVICE = 'svc_0000000000000000';
/** Is it a key of ours, and not withdrawn? */
const HOLDER_STEPS = VERIFICATION_STEPS.filter(
  ({ step }) => step === 'parse' || step === 'lookup' || step === 'state',
);

const NOTHING_ASKED = {
  method: null,
  path: null,
  scopes: null,
  scopeQuery: null,
  clientIp: null,
  origin: null,
  userAgent: null,
  serviceId: null,
  cost: 0,
  rateLimits: null,
} as const;

/** Makes the question. It reads the store at each call and throws when it cannot; it is no use of the key, spends nothing and
 *  is not in the log. */
export function createIdentifyHolder(parts: {
  readonly lookup: VerifyLookup;
  readonly keyring: Keyring;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly keyShapes: () => readonly KeyShape[];
}): IdentifyHolder {
  const policies = new Policies();
  const noService = serviceId.parse(NO_SERVICE);
  return (presented) => {
    const credential = readCredential(presented, parts.keyShapes());
    const attempt = new Attempt({
      nowMs: parts.clock.nowMs(),
      monotonicMs: parts.clock.monotonicMs(),
      presented: credential.presented,
      find: () => findCredential(parts, credential, noService),
      question: NOTHING_ASKED,
      limits: 'ignore',
      policies,
      limiter: parts.limiter,
      draft: null,
    });
    const refusal = decide(attempt, null, HOLDER_STEPS);
    const { row } = attempt;
    if (refusal === null || (row !== null && isStillHeld(refusal))) {
      if (row === null) throw new Error('Broken invariant: a key was recognised that was not found.');
      return { kind: 'holder', row };
    }
    return { kind: 'refused', refusal, row };
  };
}

/** Suspended, or an old secret that is refused on trial for a while. */
function isStillHeld({ code, retryAfterMs }: Refusal): boolean {
  return code === 'SUSPENDED' || (code === 'REVOKED' && retryAfterMs !== null);
}
