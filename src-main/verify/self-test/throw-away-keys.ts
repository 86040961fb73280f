import { contract, type CallInput } from '#contract/contract.ts';
import type { ApplicationId, KeyId, PartnerId, PlanId, ServiceId } from '#contract/ids.ts';
import { createKeyInput } from '#contract/key-policy.ts';
import type { RateLimit } from '#contract/plans.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { createEnrolmentToken } from '#main/enrolment/create-enrolment-token.ts';
import { enrollChild } from '#main/enrolment/enroll-child.ts';
import { createKey } from '#main/keys/create-key.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
import { createPlan } from '#main/plans/create-plan.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** A key that is gone already, as the look-up of the verifier saw it. */
export interface ThrowAwayKey {
  readonly keyId: KeyId;
  readonly text: string;
  readonly hashText: string;
  readonly row: VerifyRow;
}

/** What to make a key of. */
export interface ThrowAwayPolicy {
  /** What the key says itself. */
  readonly key?: Partial<CallInput<'keys.create'>>;
  /** What a plan of its own says. */
  readonly plan?: Omit<CallInput<'plans.create'>, 'name'>;
  /** All others are of one application; this is of another one of the same partner. */
  readonly isOfOtherApplication?: true;
  /** A child that it gets, by this name. */
  readonly child?: { readonly name: string; readonly rateLimit: RateLimit };
}

const KEY_LIFE_MS = 5 * 60_000;
const NAME = 'Self-test';

/** Makes a key for each policy under a partner of their own, as an admin does, looks each up as a verification does, and takes
 *  everything back: one transaction that is rolled back, so nobody ever sees them and nothing of them stays. */
export function throwAwayKeys(
  context: UseCaseContext,
  { lookup, serviceId }: { readonly lookup: VerifyLookup; readonly serviceId: ServiceId },
  policies: Readonly<Record<string, ThrowAwayPolicy>>,
): ReadonlyMap<string, ThrowAwayKey> {
  const made = new Map<string, ThrowAwayKey>();
  const undone = new TakenBack();
  const note = (name: string, { keyId, text }: Pick<ThrowAwayKey, 'keyId' | 'text'>) => {
    const hashText = context.keyring.peppers.current.hashText(text);
    const row = must(lookup.findSecret(hashText, serviceId), 'the look-up finds what was just made');
    made.set(name, { keyId, text, hashText, row });
  };
  try {
    context.db.handle.transaction(() => {
      // Their work is part of this transaction, and nothing is told of it.
      const part: UseCaseContext = { ...context, command: (work) => work().value };
      const partnerId = newPartner(part);
      const [first, other] = [newApplication(part, partnerId), newApplication(part, partnerId)];
      for (const [name, policy] of Object.entries(policies)) {
        const applicationId = policy.isOfOtherApplication === true ? other : first;
        const key = newKey(part, applicationId, name, policy);
        note(name, key);
        if (policy.child !== undefined) note(policy.child.name, newChild(part, key.keyId, policy.child));
      }
      throw undone;
    })();
  } catch (error) {
    if (error !== undone) throw error;
  }
  return made;
}

const KEY = {
  environment: 'test',
  rules: [{ effect: 'allow', methods: ['*'], path: '/**' }],
} as const;

/** Ends the transaction. */
class TakenBack extends Error {
  override readonly name = 'TakenBack';
}

const CONTACT = { note: '', contactEmail: 'self-test@localhost.invalid' } as const;

/** A name that nobody has. */
function newSlug(): string {
  return `selftest${randomBase62(12, randomBytes).toLowerCase()}`;
}

function newPartner(part: UseCaseContext): PartnerId {
  const name = `${NAME} ${newSlug()}`;
  const partner = { ...CONTACT, name, tier: 'first_party', contactName: null, recipientKey: null } as const;
  return createPartner(part, partner).id;
}

function newApplication(part: UseCaseContext, partnerId: PartnerId): ApplicationId {
  const slug = newSlug();
  const name = `${NAME} ${slug}`;
  return createApplication(part, { ...CONTACT, partnerId, name, slug, externalId: null }).id;
}

function newKey(
  part: UseCaseContext,
  applicationId: ApplicationId,
  name: string,
  { key: policy, plan }: ThrowAwayPolicy,
): Pick<ThrowAwayKey, 'keyId' | 'text'> {
  const planId = plan === undefined ? null : newPlan(part, plan);
  const expiresAt = part.nowMs + KEY_LIFE_MS;
  const input = { ...KEY, ...policy, planId, applicationId, name, expiresAt };
  const { key, secret } = createKey(part, createKeyInput.parse(input));
  return { keyId: key.keyId, text: must(secret, 'a new key comes with its secret') };
}

function newPlan(part: UseCaseContext, plan: Omit<CallInput<'plans.create'>, 'name'>): PlanId {
  return createPlan(part, contract['plans.create'].input.parse({ ...plan, name: `${NAME} ${newSlug()}` })).id;
}

/** Fetched with an enrolment token, as a program does. */
function newChild(
  part: UseCaseContext,
  parentId: KeyId,
  { rateLimit }: { readonly rateLimit: RateLimit },
): Pick<ThrowAwayKey, 'keyId' | 'text'> {
  const input = {
    ...{ keyId: parentId, name: NAME, rateLimit },
    ...{ childLifeMsMax: KEY_LIFE_MS, expiresAt: part.nowMs + KEY_LIFE_MS },
  };
  createEnrolmentToken(part, contract['enrolment.createToken'].input.parse(input));
  const [token] = part.db.enrolment.list(parentId);
  const outcome = enrollChild(part, must(token, 'the token was just made'), { version: 'self-test' });
  if (outcome.kind !== 'made') throw new Error(`The self-test got no child key: ${outcome.detail}`);
  return { keyId: outcome.answer.key.keyId, text: outcome.answer.secret };
}
