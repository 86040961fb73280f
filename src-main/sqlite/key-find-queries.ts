import type Database from 'better-sqlite3';
import type { FoundKey } from '#contract/key-find.ts';
import { fingerprintRange } from '#main/domain/fingerprint-range.ts';

type Found = Omit<FoundKey, 'isRevoked'> & { readonly isRevoked: 0 | 1 };
type Pattern = { readonly text: string; readonly limit: number };
type Range = { readonly from: string; readonly before: string; readonly limit: number };

// keys.find, first of all; index keys_by_name. The names of a range are compared as the index is sorted, without regard to case.
const BY_NAME = `
  SELECT k.id
  FROM keys k
  WHERE k.name >= @from AND k.name < @before
  ORDER BY k.name, k.id
  LIMIT @limit`;

// keys.find; primary key.
const BY_ID = `
  SELECT k.id
  FROM keys k
  WHERE k.id >= @from AND k.id < @before
  ORDER BY k.id
  LIMIT @limit`;

// keys.find; partial unique index of origin_hash. A key has one secret or few.
const BY_FINGERPRINT = `
  SELECT DISTINCT s.key_id
  FROM secrets s
  WHERE s.origin_hash BETWEEN unhex(@firstHash) AND unhex(@lastHash)
  LIMIT @limit`;

// keys.find, when beginnings are too few; reads index keys_by_name alone, from its start.
const BY_PART_OF_NAME = `
  SELECT k.id
  FROM keys k INDEXED BY keys_by_name
  WHERE k.name LIKE @text ESCAPE '\\'
  ORDER BY k.name, k.id
  LIMIT @limit`;

// keys.find; scans the applications, then index keys_by_application.
const BY_OWNER = `
  SELECT k.id
  FROM applications a
  JOIN partners p ON p.id = a.partner_id
  CROSS JOIN keys k ON k.application_id = a.id
  WHERE a.name LIKE @text ESCAPE '\\' OR a.slug LIKE @text ESCAPE '\\' OR p.name LIKE @text ESCAPE '\\'
  LIMIT @limit`;

// keys.find, for those that it answers; primary keys.
const SHOWN = `
  SELECT
    k.id AS keyId,
    k.name AS name,
    k.environment AS environment,
    a.name AS applicationName,
    p.name AS partnerName,
    k.revoked_at_ms IS NOT NULL AS isRevoked
  FROM json_each(@ids) wanted
  JOIN keys k ON k.id = wanted.value
  JOIN applications a ON a.id = k.application_id
  JOIN partners p ON p.id = a.partner_id
  ORDER BY wanted.key`;

/** Prepares the statements that find keys while a person types. Each but the last answers ids. */
export function createKeyFindQueries(handle: Database.Database) {
  const byName = handle.prepare<[Range], string>(BY_NAME).pluck();
  const byId = handle.prepare<[Range], string>(BY_ID).pluck();
  const byFingerprint = handle
    .prepare<[{ firstHash: string; lastHash: string; limit: number }], string>(BY_FINGERPRINT)
    .pluck();
  const byPartOfName = handle.prepare<[Pattern], string>(BY_PART_OF_NAME).pluck();
  const byOwner = handle.prepare<[Pattern], string>(BY_OWNER).pluck();
  const shown = handle.prepare<[{ ids: string }], Found>(SHOWN);
  return {
    /** Keys whose name begins with a text. */
    byName: (text: string, limit: number) => byName.all(range(text, limit)),
    /** Keys whose id begins with a text. */
    byId: (text: string, limit: number) => byId.all(range(text, limit)),
    /** Keys with a secret whose fingerprint begins with a text; none for a text that is no fingerprint. */
    byFingerprint: (text: string, limit: number) => {
      const hashes = fingerprintRange(text);
      return hashes === null ? [] : byFingerprint.all({ ...hashes, limit });
    },
    /** Keys whose name holds a text. */
    byPartOfName: (text: string, limit: number) => byPartOfName.all({ text: `%${escapeLike(text)}%`, limit }),
    /** Keys of the applications and partners whose name or slug holds a text. */
    byOwner: (text: string, limit: number) => byOwner.all({ text: `%${escapeLike(text)}%`, limit }),
    /** Keys whose name holds the letters of a text in this order. */
    byLetters: (text: string, limit: number) =>
      byPartOfName.all({ text: `%${[...text].map(escapeLike).join('%')}%`, limit }),
    /** What is shown of the keys with these ids, in their order. */
    shown: (ids: readonly string[]): readonly FoundKey[] =>
      shown.all({ ids: JSON.stringify(ids) }).map((row) => ({ ...row, isRevoked: row.isRevoked === 1 })),
  };
}

/** Everything that begins with a text lies between it and it with the last character of all behind it. */
const range = (text: string, limit: number): Range => ({ from: text, before: `${text}\u{10FFFF}`, limit });

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
