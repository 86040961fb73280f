import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { findKeyTexts } from '#main/domain/key-format.ts';
import type { FoundKeys } from '#main/domain/key-format.ts';
import { keyStatus, currentVersion, secretState } from '#main/domain/key-status.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { hashOfSha256 } from './origin-hash.ts';

/** Keys of one text that are looked up. Verification waits meanwhile: each costs a hash and a look-up, some 10 µs. */
const CANDIDATES_MAX = 1_000;

type Match = Output<'keys.identify'>['matches'][number];

/** Which known keys a text contains: whole secrets by their hash, others by the public key id. The text is forgotten.
 *  A key whose public part stands beside its secret is named once, with the secret. Texts with a wrong checksum cost nothing.
 *  Throws INVALID_INPUT for more than CANDIDATES_MAX different keys: leaving some out would pass them off as unknown. */
export function identifyKeys(
  context: UseCaseContext,
  input: HandlerInput<'keys.identify'>,
): Output<'keys.identify'> {
  const found = findKeyTexts(input.text);
  refuseTooMany(found);
  const matches: Match[] = [];
  const known = new Set<KeyId>();
  let unknownCount = found.badChecksum;
  const note = (keyId: KeyId, version: number | null): void => {
    const matched = match(context, keyId, version);
    if (matched === null) unknownCount += 1;
    else {
      matches.push(matched);
      known.add(keyId);
    }
  };
  for (const text of found.whole) {
    const secret = context.keyring.peppers.find(text, context.db.secrets.findByHash);
    if (secret === null) unknownCount += 1;
    else note(secret.keyId, secret.version);
  }
  for (const keyId of found.publicParts) if (!known.has(keyId)) note(keyId, null);
  return { matches, unknownCount };
}

/** The same for hashes that whoever holds the texts has made, and the key ids beside them. An id whose secret was found is named
 *  once, with the secret. */
export function identifyHashes(
  context: UseCaseContext,
  { hashes, keyIds }: HandlerInput<'keys.identifyHashes'>,
): Output<'keys.identifyHashes'> {
  const matches: Match[] = [];
  const known = new Set<KeyId>();
  for (const sha256 of new Set(hashes)) {
    const secret = context.db.secrets.findByOrigin(hashOfSha256(context.keyring, sha256));
    const matched = secret === null ? null : match(context, secret.keyId, secret.version);
    if (matched === null) continue;
    matches.push(matched);
    known.add(matched.keyId);
  }
  let unknownCount = Math.max(0, new Set(hashes).size - matches.length - keyIds.length);
  for (const keyId of new Set(keyIds)) {
    if (known.has(keyId)) continue;
    const matched = match(context, keyId, null);
    if (matched === null) unknownCount += 1;
    else matches.push(matched);
  }
  return { matches, unknownCount };
}

function refuseTooMany({ whole, publicParts }: FoundKeys): void {
  if (whole.length + publicParts.length <= CANDIDATES_MAX) return;
  const message = `This text holds more than ${CANDIDATES_MAX.toLocaleString('en')} different keys. Paste it in parts.`;
  throw new AppError('INVALID_INPUT', message, [{ path: 'text', message }]);
}

/** null when there is no such key. Secrets are read only of keys that exist. */
function match(context: UseCaseContext, keyId: KeyId, version: number | null): Match | null {
  const key = context.db.keys.getState(keyId);
  if (key === null) return null;
  const secrets = context.db.secrets.list(keyId);
  const status = keyStatus(key, secrets, context.nowMs);
  const match = { keyId, name: key.name, status, secretCount: secrets.length };
  if (version === null) return { ...match, secretVersion: null, secretState: null };
  const { endsAtMs } = must(
    secrets.find((secret) => secret.version === version),
    'a found secret belongs to its key',
  );
  const isCurrent = version === currentVersion(secrets);
  return {
    ...match,
    secretVersion: version,
    secretState: secretState({ endsAtMs, isCurrent }, context.nowMs),
  };
}
