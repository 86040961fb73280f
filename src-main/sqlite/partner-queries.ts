import type Database from 'better-sqlite3';
import type { PartnerId } from '#contract/ids.ts';
import type { Partner } from '#contract/partners.ts';

const COLUMNS = `
  p.id AS id,
  p.name AS name,
  p.tier AS tier,
  p.contact_name AS contactName,
  p.contact_email AS contactEmail,
  p.note AS note,
  p.recipient_key AS recipientKey,
  (SELECT COUNT(*) FROM applications a WHERE a.partner_id = p.id) AS applicationCount,
  (
    SELECT COUNT(*)
    FROM applications a
    JOIN keys k ON k.application_id = a.id
    WHERE a.partner_id = p.id AND k.revoked_at_ms IS NULL
  ) AS keyCount,
  p.created_at_ms AS createdAt,
  p.updated_at_ms AS updatedAt`;

// partners.get and every partner command; primary key.
const GET = `SELECT ${COLUMNS} FROM partners p WHERE p.id = @id`;

// partners.list; a scan of a small table.
const LIST = `SELECT ${COLUMNS} FROM partners p ORDER BY p.name, p.id`;

// partners.create and partners.update, to refuse a name twice; unique index of name.
const FIND_BY_NAME = `SELECT p.id AS id FROM partners p WHERE p.name = @name`;

// partners.create.
const INSERT = `
  INSERT INTO partners (id, name, tier, contact_name, contact_email, note, recipient_key, created_at_ms, updated_at_ms)
  VALUES (@id, @name, @tier, @contactName, @contactEmail, @note, @recipientKey, @createdAt, @updatedAt)`;

// partners.update; primary key.
const UPDATE = `
  UPDATE partners
  SET name = @name, tier = @tier, contact_name = @contactName, contact_email = @contactEmail, note = @note,
    recipient_key = @recipientKey, updated_at_ms = @updatedAt
  WHERE id = @id`;

// partners.delete; primary key. An application under it makes this fail.
const DELETE = `DELETE FROM partners WHERE id = @id`;

/** Prepares the statements on partners. Counts are counted at every read; names compare without regard to ASCII case. */
export function createPartnerQueries(handle: Database.Database) {
  const get = handle.prepare<{ id: PartnerId }, Partner>(GET);
  const list = handle.prepare<[], Partner>(LIST);
  const findByName = handle.prepare<{ name: string }, { id: PartnerId }>(FIND_BY_NAME);
  const insert = handle.prepare<Partner>(INSERT);
  const update = handle.prepare<Partner>(UPDATE);
  const remove = handle.prepare<{ id: PartnerId }>(DELETE);
  return {
    get: (id: PartnerId): Partner | null => get.get({ id }) ?? null,
    /** By name, ascending. */
    list: (): readonly Partner[] => list.all(),
    findByName: (name: string): PartnerId | null => findByName.get({ name })?.id ?? null,
    insert: (partner: Partner): void => void insert.run(partner),
    update: (partner: Partner): void => void update.run(partner),
    delete: (id: PartnerId): void => void remove.run({ id }),
  };
}
