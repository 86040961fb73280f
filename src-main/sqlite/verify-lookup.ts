import type { KeyObject } from 'node:crypto';
import type { ServiceId } from '#contract/ids.ts';
import { publicSigningKey } from '#contract/token-exchange.ts';
import { readPublicKey } from '#main/platform/signing-key.ts';
import type { DatabaseHandle } from './open-database.ts';
import { createSecretFinder } from './secret-finder.ts';
import type { SecretFinder } from './secret-finder.ts';
import type { StoreRevision } from './store-revision.ts';
import { createVerifyQueries } from './verify-queries.ts';
import type { ServiceTokenRow, VerifyQueries, VerifyRow } from './verify-queries.ts';

/** What the verifier asks the store. Hashes are texts of 32 characters: see Keyring.hashText. */
export interface VerifyLookup extends Pick<VerifyQueries, 'findKeyById' | 'findKeyName' | 'hasService'> {
  /** The key that owns the secret with this hash, whatever its state; null when there is none. */
  readonly findSecret: (hashText: string, serviceId: ServiceId) => VerifyRow | null;
  /** The service whose live token has this hash. */
  readonly findService: (hashText: string, nowMs: number) => ServiceTokenRow | null;
  /** The public part of the key by which tokens of this `kid` are signed; null for one that is not in the list any more. */
  readonly findSigningKey: (kid: string) => KeyObject | null;
  /** What was found holds until this number changes: see StoreRevision. */
  readonly revision: () => number;
}

/** Service tokens remembered at most: a handful in practice, and an attacker cannot make more. */
const TOKENS_MAX = 1_024;

/** The look-ups of a store, and how it is read ahead. Service tokens and signing keys are remembered until the next write to it, and not one call
 *  longer: see StoreRevision. Secrets: see SecretFinder. */
export function createVerifyLookup(
  handle: DatabaseHandle,
  revision: StoreRevision,
): VerifyLookup & Pick<SecretFinder, 'readAhead'> {
  const queries = createVerifyQueries(handle);
  const secrets = createSecretFinder(handle, queries, revision);
  return {
    findSecret: secrets.find,
    readAhead: secrets.readAhead,
    findService: rememberServices(queries, revision),
    findSigningKey: rememberSigningKeys(queries, revision),
    findKeyById: queries.findKeyById,
    findKeyName: queries.findKeyName,
    hasService: queries.hasService,
    revision: () => revision.current,
  };
}

function rememberServices(queries: VerifyQueries, revision: StoreRevision): VerifyLookup['findService'] {
  const remembered = new Map<string, ServiceTokenRow>();
  let rememberedAt = -1;
  return (hashText, nowMs) => {
    if (rememberedAt !== revision.current || remembered.size >= TOKENS_MAX) {
      remembered.clear();
      rememberedAt = revision.current;
    }
    let token = remembered.get(hashText) ?? null;
    if (token === null) {
      token = queries.findServiceToken(Buffer.from(hashText, 'latin1'));
      if (token !== null) remembered.set(hashText, token);
    }
    if (token === null || (token.endsAtMs !== null && token.endsAtMs <= nowMs)) return null;
    return token;
  };
}

/** Reading one costs as much as checking a signature. Only those that are there are remembered: a handful. */
function rememberSigningKeys(
  queries: VerifyQueries,
  revision: StoreRevision,
): VerifyLookup['findSigningKey'] {
  const remembered = new Map<string, KeyObject>();
  let rememberedAt = -1;
  return (kid) => {
    if (rememberedAt !== revision.current) {
      remembered.clear();
      rememberedAt = revision.current;
    }
    const known = remembered.get(kid);
    if (known !== undefined) return known;
    const text = queries.findSigningKey(kid);
    if (text === null) return null;
    const key = readPublicKey(publicSigningKey.parse(JSON.parse(text)));
    remembered.set(kid, key);
    return key;
  };
}
