import type { IssuerTrial } from '#contract/self-test.ts';
import { BASE62 } from './base62.ts';
import { parseKey, SECRET_CHARACTERS, SECRET_PART_CHARACTERS } from './key-format.ts';

/** What the documentation promises of every secret. */
const SECRET_BITS = 256;
/** Quantiles of the normal distribution: a good issuer is outside of both bounds of all characters once in a million trials, and one of
 *  its places above the bound of places once in two million. (Tables: NIST/SEMATECH e-Handbook of Statistical Methods 1.3.6.7.1.) */
const Z_ALL = 4.892;
const Z_PLACE = 5.6;

/** Looks at key texts that were just made: are they distinct, readable, as long as promised, and are the characters of their secrets
 *  spread evenly (Pearson's chi-square), over all and in each place? What it can see is a broken source, not a clever one. */
export function judgeSecrets(texts: readonly string[]): IssuerTrial {
  const bodies = texts.map((text) => text.slice(-SECRET_PART_CHARACTERS).slice(0, SECRET_CHARACTERS));
  const places = Array.from({ length: SECRET_CHARACTERS }, (_, place) =>
    chiSquareOf(bodies.map((body) => body.charAt(place))),
  );
  return {
    secrets: texts.length,
    distinct: new Set(bodies).size,
    readable: texts.filter((text) => parseKey(text).kind === 'key').length,
    bits: Math.floor(Math.min(...bodies.map(({ length }) => length)) * Math.log2(BASE62.length)),
    bitsExpected: SECRET_BITS,
    chiSquare: chiSquareOf(bodies.flatMap((body) => [...body])),
    chiSquareMin: chiSquareAt(BASE62.length - 1, -Z_ALL),
    chiSquareMax: chiSquareAt(BASE62.length - 1, Z_ALL),
    placeChiSquare: Math.max(...places),
    placeChiSquareMax: chiSquareAt(BASE62.length - 1, Z_PLACE),
  };
}

/** What is wrong with the secrets, a sentence each. */
export function issuerProblems(trial: IssuerTrial): readonly string[] {
  const { secrets, distinct, readable, bits, bitsExpected } = trial;
  const isEven = trial.chiSquare >= trial.chiSquareMin && trial.chiSquare <= trial.chiSquareMax;
  return [
    ...(distinct < secrets
      ? [`Only ${String(distinct)} of ${String(secrets)} new secrets are distinct.`]
      : []),
    ...(readable < secrets
      ? [`Only ${String(readable)} of ${String(secrets)} new secrets have a checksum that fits.`]
      : []),
    ...(bits < bitsExpected
      ? [`New secrets have ${String(bits)} random bits instead of ${String(bitsExpected)}.`]
      : []),
    ...(isEven && trial.placeChiSquare <= trial.placeChiSquareMax
      ? []
      : ['The characters of new secrets are not spread as chance would: do not issue keys from here.']),
  ];
}

/** Pearson's statistic of characters that should all be equally likely. What is no base62 character counts as a whole row of its own. */
function chiSquareOf(characters: readonly string[]): number {
  const counts = new Map<string, number>([...BASE62].map((character) => [character, 0]));
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = characters.length / BASE62.length;
  let sum = 0;
  for (const count of counts.values()) sum += (count - expected) ** 2 / expected;
  return sum;
}

/** The quantile of the chi-square distribution that belongs to that of the normal one (Wilson and Hilferty, 1931): within 1 % here. */
function chiSquareAt(degrees: number, z: number): number {
  const ninth = 2 / (9 * degrees);
  return degrees * (1 - ninth + z * Math.sqrt(ninth)) ** 3;
}
