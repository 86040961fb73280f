import type { KeyId } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import { encodeBase62Fixed, endsInBase62 } from './base62.ts';
import { crc32 } from '#contract/crc32.ts';

/** Base62 characters of a secret: 43 × log2(62) = 256 bits. */
export const SECRET_CHARACTERS = 43;
/** Base62 characters of a key id. */
export const KEY_ID_CHARACTERS = 12;
/** 62^6 > 2^32. */
const CHECKSUM_CHARACTERS = 6;
/** What follows the last underscore of a key or token. */
export const SECRET_PART_CHARACTERS = SECRET_CHARACTERS + CHECKSUM_CHARACTERS;

// Fixed and without nested repetition: linear for any input.
const KEY_SHAPE = /^lk_(?:live|test)_[a-z0-9]{2,24}_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/;
const SERVICE_TOKEN_SHAPE = /^lks_[a-z0-9]{2,24}_[0-9A-Za-z]{49}$/;
const ADMIN_TOKEN_SHAPE = /^lka_[0-9A-Za-z]{49}$/;
const ENROLMENT_TOKEN_SHAPE = /^lke_[0-9A-Za-z]{49}$/;
const SECRET_PART_SHAPE = /^[0-9A-Za-z]{43}(?:[0-9A-Za-z]{6})?$/;

const SLUG_START = 'lk_live_'.length;
/** Key id and secret part with an underscore before each. */
const BEHIND_SLUG_CHARACTERS = 1 + KEY_ID_CHARACTERS + 1 + SECRET_PART_CHARACTERS;

/** The parts of a key that are not secret. */
export interface KeyName {
  readonly environment: Environment;
  /** Slug of the application. */
  readonly slug: string;
  readonly keyId: KeyId;
}

/** What a text turned out to be. `why` is a sentence for the caller and never holds the text. */
export type ParsedKey =
  ({ readonly kind: 'key' } & KeyName) | { readonly kind: 'malformed'; readonly why: string };

/** The whole key text: `lk_<env>_<slug>_<keyId>_<secret><checksum>`. `secret43` is 43 base62 characters. */
export function formatKey(parts: KeyName & { readonly secret43: string }): string {
  return withChecksum(`lk_${parts.environment}_${parts.slug}_${parts.keyId}_${parts.secret43}`);
}

/** Reads a key text and proves its checksum. Needs no look-up. */
export function parseKey(text: string): ParsedKey {
  if (!KEY_SHAPE.test(text)) return { kind: 'malformed', why: whyNoKey(text) };
  if (!checksumFits(text)) {
    return { kind: 'malformed', why: 'The checksum does not fit: a character is wrong, missing or swapped.' };
  }
  // `lk_live_` and `lk_test_` are equally long, and so is all that follows the slug.
  const slugEnd = text.length - BEHIND_SLUG_CHARACTERS;
  return {
    kind: 'key',
    environment: text.startsWith('live', 3) ? 'live' : 'test',
    slug: text.slice(SLUG_START, slugEnd),
    keyId: text.slice(slugEnd + 1, slugEnd + 1 + KEY_ID_CHARACTERS) as KeyId,
  };
}

/** A key as it is shown after its creation: recognisable, not secret. `lk_live_datafeed_k7Qd2mX9pR4t_…9f4A` */
export function keyHintText(parts: KeyName & { readonly last4: string }): string {
  return `lk_${parts.environment}_${parts.slug}_${parts.keyId}_…${parts.last4}`;
}

/** A key of another system as it is shown. `last4` is empty where only its hash is known. */
export function importedHintText(last4: string): string {
  return last4 === '' ? 'imported (hash)' : `imported …${last4}`;
}

/** The last four characters of a key or token, by which people recognise it. */
export function lastFour(text: string): string {
  return text.slice(-4);
}

/** A service token. Hyphens of the service's slug are left out, so that a double click selects the whole token. */
export function formatServiceToken(parts: { readonly slug: string; readonly secret43: string }): string {
  return withChecksum(`lks_${parts.slug.replaceAll('-', '')}_${parts.secret43}`);
}

/** Has `text` the shape and the checksum of a service token? Says nothing about whether it is known. */
export function isServiceToken(text: string): boolean {
  return SERVICE_TOKEN_SHAPE.test(text) && checksumFits(text);
}

/** An admin token: `lka_<secret><checksum>`. */
export function formatAdminToken(secret43: string): string {
  return withChecksum(`lka_${secret43}`);
}

/** Has `text` the shape and the checksum of an admin token? Says nothing about whether it is known. */
export function isAdminToken(text: string): boolean {
  return ADMIN_TOKEN_SHAPE.test(text) && checksumFits(text);
}

/** An enrolment token: `lke_<secret><checksum>`. */
export function formatEnrolmentToken(secret43: string): string {
  return withChecksum(`lke_${secret43}`);
}

/** Has `text` the shape and the checksum of an enrolment token? Says nothing about whether it is known. */
export function isEnrolmentToken(text: string): boolean {
  return ENROLMENT_TOKEN_SHAPE.test(text) && checksumFits(text);
}

/** A token as it is shown after its creation: `lks_trade_…9f4A`, `lka_…9f4A`. `token` must be well formed. */
export function tokenHintText(token: string): string {
  return `${token.slice(0, token.lastIndexOf('_') + 1)}…${lastFour(token)}`;
}

/** A key that was sent as a pair. `whole` = the secret is a key text already; `part` = what follows the last underscore, with or
 *  without the checksum. */
export type ParsedPair =
  | { readonly kind: 'whole'; readonly text: string; readonly keyId: KeyId }
  | { readonly kind: 'part'; readonly keyId: KeyId; readonly secretPart: string }
  | { readonly kind: 'malformed'; readonly why: string };

/** Reads a pair. A `part` can only be proved with the key's environment and slug: see pairToKeyText. */
export function joinPair(keyId: string, secret: string): ParsedPair {
  if (!/^[0-9A-Za-z]{12}$/.test(keyId))
    return { kind: 'malformed', why: 'The key id has 12 letters and digits.' };
  if (SECRET_PART_SHAPE.test(secret)) return { kind: 'part', keyId: keyId as KeyId, secretPart: secret };
  const parsed = parseKey(secret);
  if (parsed.kind === 'malformed') return parsed;
  if (parsed.keyId !== keyId) return { kind: 'malformed', why: 'The secret belongs to another key id.' };
  return { kind: 'whole', text: secret, keyId: parsed.keyId };
}

/** The whole key text of a pair, or null when its checksum does not fit. A secret without checksum gets it here. */
export function pairToKeyText(parts: KeyName & { readonly secretPart: string }): string | null {
  const { secretPart } = parts;
  if (secretPart.length === SECRET_CHARACTERS) return formatKey({ ...parts, secret43: secretPart });
  const text = `lk_${parts.environment}_${parts.slug}_${parts.keyId}_${secretPart}`;
  return parseKey(text).kind === 'key' ? text : null;
}

/** What a text holds. Each list without repeats, in order of appearance. */
export interface FoundKeys {
  /** Whole key texts with a good checksum: secret, hash them and forget them. */
  readonly whole: readonly string[];
  /** Ids of keys of which only the public part was found: a hint, or a key that was cut off. */
  readonly publicParts: readonly KeyId[];
  /** Texts in the shape of a key whose checksum does not fit. */
  readonly badChecksum: number;
}

/** Finds keys in any text, a log, a mail, a file; linear in its length. */
export function findKeyTexts(text: string): FoundKeys {
  // Sticky: tried only where the text says `lk_`, and bounded there, so the search is linear.
  const publicPart = /lk_(?:live|test)_[a-z0-9]{2,24}_([0-9A-Za-z]{12})(?![0-9A-Za-z])/y;
  const secretPart = /_[0-9A-Za-z]{49}/y;
  const whole = new Set<string>();
  const publicParts = new Set<KeyId>();
  let badChecksum = 0;
  for (let start = text.indexOf('lk_'); start !== -1; start = text.indexOf('lk_', start + 3)) {
    publicPart.lastIndex = start;
    const found = publicPart.exec(text);
    if (found === null) continue;
    secretPart.lastIndex = publicPart.lastIndex;
    const candidate = secretPart.test(text) ? text.slice(start, secretPart.lastIndex) : null;
    if (candidate === null) publicParts.add((found[1] ?? '') as KeyId);
    else if (parseKey(candidate).kind === 'key') whole.add(candidate);
    else badChecksum += 1;
  }
  return { whole: [...whole], publicParts: [...publicParts], badChecksum };
}

function withChecksum(body: string): string {
  return body + encodeBase62Fixed(crc32(body), CHECKSUM_CHARACTERS);
}

function checksumFits(text: string): boolean {
  const start = text.length - CHECKSUM_CHARACTERS;
  return endsInBase62(text, start, crc32(text, start));
}

function whyNoKey(text: string): string {
  if (!/^lk_(?:live|test)_/.test(text)) return 'A key starts with lk_live_ or lk_test_.';
  if (/[^0-9A-Za-z_]/.test(text)) return 'A key has only letters, digits and underscores.';
  const parts = text.split('_');
  if (parts.length !== 5) return 'A key has five parts, joined by underscores.';
  const secretPart = parts[4] ?? '';
  if (secretPart.length !== SECRET_PART_CHARACTERS) {
    const wanted = String(SECRET_PART_CHARACTERS);
    return `The last part of a key has ${wanted} characters, this one has ${String(secretPart.length)}.`;
  }
  return 'The application or the key id in it is not one of a key.';
}
