import type { KeyId } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatKey, lastFour, SECRET_CHARACTERS, type KeyName } from '#main/domain/key-format.ts';
import { originHash } from './origin-hash.ts';
import { randomBytes } from '#main/platform/random.ts';

/** A new secret in its whole text; stored nowhere. */
export function newKeyText(key: KeyName): string {
  return formatKey({ ...key, secret43: randomBase62(SECRET_CHARACTERS, randomBytes) });
}

/** Makes the secret `version` of a key and stores its hash. Call inside a command, after the key is there.
 *  Returns the whole key text, which exists nowhere else. */
export function mintSecret(
  context: UseCaseContext,
  key: {
    readonly keyId: KeyId;
    readonly environment: Environment;
    readonly slug: string;
    readonly version: number;
  },
): string {
  const text = newKeyText(key);
  context.db.secrets.insert({
    keyId: key.keyId,
    version: key.version,
    ...context.keyring.peppers.stored(text),
    last4: lastFour(text),
    isImported: 0,
    originHash: originHash(context.keyring, text),
    createdAtMs: context.nowMs,
  });
  return text;
}
