import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { findKeyTexts } from '#main/domain/key-format.ts';
import { must } from '#main/platform/must.ts';
import { loadKey, viewKey } from './key-view.ts';

type Match = Output<'keys.identify'>['matches'][number];

/** Which known keys a text contains: whole secrets by their hash, others by the public key id. The text is forgotten.
 *  A key whose public part stands beside its secret is named once, with the secret. */
export function identifyKeys(
  context: UseCaseContext,
  input: HandlerInput<'keys.identify'>,
): Output<'keys.identify'> {
  const found = findKeyTexts(input.text);
  const matches: Match[] = [];
  let unknownCount = found.badChecksum;
  for (const text of found.whole) {
    const secret = context.db.secrets.findByHash(context.keyring.hash(text));
    if (secret === null) unknownCount += 1;
    else matches.push(match(context, secret.keyId, secret.version));
  }
  for (const id of found.publicParts) {
    if (matches.some((known) => known.keyId === id)) continue;
    if (context.db.keys.get(id) === null) unknownCount += 1;
    else matches.push(match(context, id, null));
  }
  return { matches, unknownCount };
}

function match(context: UseCaseContext, keyId: KeyId, version: number | null): Match {
  const key = viewKey(context, loadKey(context, keyId));
  const secret =
    version === null
      ? null
      : must(
          key.secrets.find((candidate) => candidate.version === version),
          'a found secret belongs to its key',
        );
  return {
    keyId,
    name: key.name,
    status: key.status,
    secretVersion: secret?.version ?? null,
    secretState: secret?.state ?? null,
  };
}
