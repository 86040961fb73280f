/** Fewer characters than this are no search for a fingerprint; more are no hash. */
const SEARCHED = /^[0-9a-f]{12,64}$/i;
const HASH_HEX = 64;

/** The first and the last hash, as hex, that begin with a fingerprint; null when the text is none. */
export function fingerprintRange(
  text: string,
): { readonly firstHash: string; readonly lastHash: string } | null {
  const hex = text.trim();
  if (!SEARCHED.test(hex)) return null;
  return { firstHash: hex.padEnd(HASH_HEX, '0'), lastHash: hex.padEnd(HASH_HEX, 'f') };
}
