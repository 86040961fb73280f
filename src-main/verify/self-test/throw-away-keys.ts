import type { CallInput } from '#contract/contract.ts';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import { createKeyInput } from '#contract/key-policy.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { createKey } from '#main/keys/create-key.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
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

type Policy = Partial<CallInput<'keys.create'>>;

const KEY_LIFE_MS = 5 * 60_000;
const NAME = 'Self-test';

/** Makes a key for each policy under a partner of their own, as an admin does, looks each up as a verification does, and takes
 *  everything back: one transaction that is rolled back, so nobody ever sees them and nothing of them stays. */
export function throwAwayKeys<Name extends string>(
  context: UseCaseContext,
  { lookup, serviceId }: { readonly lookup: VerifyLookup; readonly serviceId: ServiceId },
  policies: readonly (readonly [Name, Policy])[],
): ReadonlyMap<Name, ThrowAwayKey> {
  const made = new Map<Name, ThrowAwayKey>();
  const undone = new TakenBack();
  try {
    context.db.handle.transaction(() => {
      // Their work is part of this transaction, and nothing is told of it.
      const part: UseCaseContext = { ...context, command: (work) => work().value };
      const applicationId = newApplication(part);
      for (const [name, policy] of policies) {
        const input = { ...KEY, ...policy, applicationId, name, expiresAt: context.nowMs + KEY_LIFE_MS };
        const { key, secret } = createKey(part, createKeyInput.parse(input));
        const text = must(secret, 'a new key comes with its secret');
        const hashText = context.keyring.peppers.current.hashText(text);
        const row = must(lookup.findSecret(hashText, serviceId), 'the look-up finds what was just made');
        made.set(name, { keyId: key.keyId, text, hashText, row });
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

function newApplication(part: UseCaseContext) {
  const slug = `selftest${randomBase62(12, randomBytes).toLowerCase()}`;
  const contactEmail = 'self-test@localhost.invalid';
  const fields = { note: '', contactEmail } as const;
  const partner = { ...fields, name: `${NAME} ${slug}`, tier: 'first_party', contactName: null } as const;
  const { id: partnerId } = createPartner(part, { ...partner, recipientKey: null });
  return createApplication(part, { ...fields, partnerId, name: NAME, slug, externalId: null }).id;
}
