import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, PartnerId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';

const COLUMNS = `
  a.id AS id,
  a.partner_id AS partnerId,
  p.name AS partnerName,
  a.name AS name,
  a.slug AS slug,
  a.contact_email AS contactEmail,
  a.note AS note,
  a.external_id AS externalId,
  (SELECT COUNT(*) FROM keys k WHERE k.application_id = a.id AND k.revoked_at_ms IS NULL) AS keyCount,
  a.created_at_ms AS createdAt,
  a.updated_at_ms AS updatedAt`;

const FROM = `FROM applications a JOIN partners p ON p.id = a.partner_id`;

// applications.get and every application command; primary keys, and every key of the application for the count. (SELECT @id) as in verify-queries: SQLite is
// built with STAT4 and would plan the join anew at every call.
const GET = `SELECT ${COLUMNS} ${FROM} WHERE a.id = (SELECT @id)`;

// keys.create and keys.import; primary key. Nothing is counted: verification waits for a command.
const FIND = `SELECT a.name AS name, a.slug AS slug FROM applications a WHERE a.id = (SELECT @id)`;

// applications.list; a scan of a small table.
const LIST = `
  SELECT ${COLUMNS} ${FROM}
  WHERE @partnerId IS NULL OR a.partner_id = @partnerId
  ORDER BY a.name, a.id`;

// applications.create; unique index of slug.
const FIND_BY_SLUG = `SELECT a.id AS id FROM applications a WHERE a.slug = @slug`;

// applications.create and applications.update; unique index of partner and name.
const FIND_BY_NAME = `SELECT a.id AS id FROM applications a WHERE a.partner_id = @partnerId AND a.name = @name`;

// applications.create.
const INSERT = `
  INSERT INTO applications (
    id, partner_id, name, slug, contact_email, note, external_id, created_at_ms, updated_at_ms
  )
  VALUES (@id, @partnerId, @name, @slug, @contactEmail, @note, @externalId, @createdAt, @updatedAt)`;

// applications.update; primary key. The slug is inside the hash of every key: it is not among the columns.
const UPDATE = `
  UPDATE applications
  SET name = @name, contact_email = @contactEmail, note = @note, external_id = @externalId,
    updated_at_ms = @updatedAt
  WHERE id = @id`;

// applications.transfer; primary key.
const TRANSFER = `
  UPDATE applications
  SET partner_id = @partnerId, contact_email = @contactEmail, updated_at_ms = @updatedAt
  WHERE id = @id`;

// applications.delete and partners.delete; keys_by_application.
const KEYS_OF = `
  SELECT k.id AS id, k.name AS name, k.revoked_at_ms IS NOT NULL AS isRevoked, COUNT(*) OVER () AS total
  FROM applications a
  JOIN keys k ON k.application_id = a.id
  WHERE a.id = @applicationId OR a.partner_id = @partnerId
  ORDER BY isRevoked, k.name, k.id
  LIMIT @limit`;

// applications.delete and partners.delete; primary key. A key under it makes this fail.
const DELETE = `DELETE FROM applications WHERE id = @id`;

/** A key that stands under an application or a partner; `total` is how many there are. */
export interface HeldKey {
  readonly id: KeyId;
  readonly name: string;
  readonly isRevoked: 0 | 1;
  readonly total: number;
}

/** Whose keys: all of a partner's, or one application's. */
export interface HeldBy {
  readonly applicationId: ApplicationId | null;
  readonly partnerId: PartnerId | null;
}

/** Prepares the statements on applications. Names compare without regard to ASCII case, within one partner. */
export function createApplicationQueries(handle: Database.Database) {
  const get = handle.prepare<{ id: ApplicationId }, Application>(GET);
  const find = handle.prepare<{ id: ApplicationId }, Pick<Application, 'name' | 'slug'>>(FIND);
  const list = handle.prepare<{ partnerId: PartnerId | null }, Application>(LIST);
  const findBySlug = handle.prepare<{ slug: string }, { id: ApplicationId }>(FIND_BY_SLUG);
  const findByName = handle.prepare<{ partnerId: PartnerId; name: string }, { id: ApplicationId }>(
    FIND_BY_NAME,
  );
  const insert = handle.prepare<Application>(INSERT);
  const update = handle.prepare<Application>(UPDATE);
  const transfer = handle.prepare<Application>(TRANSFER);
  const keysOf = handle.prepare<HeldBy & { limit: number }, HeldKey>(KEYS_OF);
  const remove = handle.prepare<{ id: ApplicationId }>(DELETE);
  return {
    get: (id: ApplicationId): Application | null => get.get({ id }) ?? null,
    find: (id: ApplicationId): Pick<Application, 'name' | 'slug'> | null => find.get({ id }) ?? null,
    /** By name, ascending; every partner's when `partnerId` is null. */
    list: (partnerId: PartnerId | null): readonly Application[] => list.all({ partnerId }),
    findBySlug: (slug: string): ApplicationId | null => findBySlug.get({ slug })?.id ?? null,
    findByName: (partnerId: PartnerId, name: string): ApplicationId | null =>
      findByName.get({ partnerId, name })?.id ?? null,
    insert: (application: Application): void => void insert.run(application),
    update: (application: Application): void => void update.run(application),
    /** Gives it to its partner and contact. */
    transfer: (application: Application): void => void transfer.run(application),
    /** Those that are not revoked first, then by name; at most `limit`. */
    keysOf: (held: HeldBy, limit: number): readonly HeldKey[] => keysOf.all({ ...held, limit }),
    delete: (id: ApplicationId): void => void remove.run({ id }),
  };
}
