import type { TimestampMs } from '#contract/ids.ts';
import type { SigningKey } from '#contract/token-exchange.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { openText, sealText, type Seal } from '#main/platform/sealed-text.ts';
import { newSigningPair, signText } from '#main/platform/signing-key.ts';
import { createTokenExchangeQueries, type StoredSigningKey } from '#main/sqlite/token-exchange-queries.ts';

/** Makes a signing key that signs from `startsAtMs` on. Its private part is stored encrypted under a key that the store does not
 *  hold: neither a copy of the store nor a backup can sign. */
export function makeSigningKey({ db, keyring }: UseCaseContext, startsAtMs: TimestampMs): StoredSigningKey {
  const { publicKey, privateText } = newSigningPair();
  const { kid } = publicKey;
  const sealed = sealText(sealOf(keyring, kid), privateText);
  const key = { kid, publicKey, sealed, startsAtMs, endsAtMs: null };
  createTokenExchangeQueries(db.handle).insertKey(key);
  return key;
}

/** What signs at this moment; null before the first service takes tokens. Throws when the private part cannot be opened. */
export function currentSigner({ db, keyring, nowMs }: Pick<UseCaseContext, 'db' | 'keyring' | 'nowMs'>): {
  readonly kid: string;
  readonly sign: (text: string) => Buffer;
} | null {
  const key = currentOf(createTokenExchangeQueries(db.handle).keys(nowMs), nowMs);
  if (key === null) return null;
  const { kid, sealed } = key;
  const privateText = openText(sealOf(keyring, kid), sealed);
  if (privateText === null) throw new Error('The signing key cannot be opened with this master secret.');
  return { kid, sign: (text) => signText(privateText, text) };
}

/** The signing keys as admins see them, newest first. */
export function viewSigningKeys({ db, nowMs }: Pick<UseCaseContext, 'db' | 'nowMs'>): readonly SigningKey[] {
  const keys = createTokenExchangeQueries(db.handle).keys(nowMs);
  const current = currentOf(keys, nowMs);
  return keys.map(({ kid, startsAtMs, endsAtMs }) => {
    const waits = startsAtMs > nowMs;
    const state = waits ? 'next' : kid === current?.kid ? 'current' : 'retired';
    return { kid, state, startsAt: startsAtMs, endsAt: endsAtMs };
  });
}

/** The newest that has started. `keys` are newest first. */
function currentOf(keys: readonly StoredSigningKey[], nowMs: number): StoredSigningKey | null {
  return keys.find(({ startsAtMs }) => startsAtMs <= nowMs) ?? null;
}

function sealOf(keyring: Keyring, kid: string): Seal {
  const label = 'latchkey signing key v1';
  return { input: keyring.hash(label), label, about: kid };
}
