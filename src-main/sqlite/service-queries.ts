import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { ServiceId } from '#contract/ids.ts';
import type { Service } from '#contract/services.ts';

/** A service as stored: when it last asked is kept in memory, not here. */
export type StoredService = Omit<Service, 'lastSeenAt'>;

const COLUMNS = `
  s.id AS id,
  s.name AS name,
  s.slug AS slug,
  s.base_url AS baseUrl,
  (SELECT COUNT(*) FROM endpoints e WHERE e.service_id = s.id) AS endpointCount,
  (SELECT COUNT(*) FROM scopes c WHERE c.service_id = s.id) AS scopeCount,
  t.hint AS tokenHint,
  t.created_at_ms AS tokenCreatedAt,
  s.verify_per_second_max AS verifyPerSecondMax,
  s.keep_live_seconds AS keepLiveSeconds,
  s.keep_test_seconds AS keepTestSeconds,
  s.asked_from AS askedFromJson,
  s.created_at_ms AS createdAt,
  s.updated_at_ms AS updatedAt`;

// The current token is the one without an end; every service has exactly one. Index service_tokens_by_service.
const FROM = `
  FROM services s
  JOIN service_tokens t ON t.service_id = s.id AND t.ends_at_ms IS NULL`;

// services.get, every command on a service, and every report of one; primary key. (SELECT @id) as in verify-queries: SQLite
// is built with STAT4 and would plan the join anew at every call.
const GET = `SELECT ${COLUMNS} ${FROM} WHERE s.id = (SELECT @id)`;

// services.list; a scan of a small table.
const LIST = `SELECT ${COLUMNS} ${FROM} ORDER BY s.name, s.id`;

// Commands that only need to know that the service is there; primary key.
const FIND_NAME = `SELECT s.name AS name FROM services s WHERE s.id = @id`;

// services.create and services.update; unique index of name.
const FIND_BY_NAME = `SELECT s.id AS id FROM services s WHERE s.name = @name`;

// services.create; unique index of slug.
const FIND_BY_SLUG = `SELECT s.id AS id FROM services s WHERE s.slug = @slug`;

// services.create.
const INSERT = `
  INSERT INTO services (id, name, slug, base_url, verify_per_second_max, keep_live_seconds, keep_test_seconds,
    asked_from, created_at_ms, updated_at_ms)
  VALUES (@id, @name, @slug, @baseUrl, @verifyPerSecondMax, @keepLiveSeconds, @keepTestSeconds,
    @askedFromJson, @createdAt, @updatedAt)`;

// services.update; primary key. The slug is inside the tokens: it is not among the columns.
const UPDATE = `
  UPDATE services
  SET name = @name, base_url = @baseUrl, verify_per_second_max = @verifyPerSecondMax,
    keep_live_seconds = @keepLiveSeconds, keep_test_seconds = @keepTestSeconds,
    asked_from = @askedFromJson, updated_at_ms = @updatedAt
  WHERE id = @id`;

/** What `services.create` writes; the token is a row of its own. */
export type NewService = Pick<
  Service,
  | 'id'
  | 'name'
  | 'slug'
  | 'baseUrl'
  | 'verifyPerSecondMax'
  | 'keepLiveSeconds'
  | 'keepTestSeconds'
  | 'askedFrom'
  | 'createdAt'
  | 'updatedAt'
>;

type Row = Omit<StoredService, 'askedFrom'> & { readonly askedFromJson: string };
type NewRow = Omit<NewService, 'askedFrom'> & { readonly askedFromJson: string };

const networks = z.array(z.string());

/** Prepares the statements on services. A service without a current token is not returned: it cannot exist. */
export function createServiceQueries(handle: Database.Database) {
  const get = handle.prepare<{ id: ServiceId }, Row>(GET);
  const list = handle.prepare<[], Row>(LIST);
  const findName = handle.prepare<{ id: ServiceId }, { name: string }>(FIND_NAME);
  const findByName = handle.prepare<{ name: string }, { id: ServiceId }>(FIND_BY_NAME);
  const findBySlug = handle.prepare<{ slug: string }, { id: ServiceId }>(FIND_BY_SLUG);
  const insert = handle.prepare<NewRow>(INSERT);
  const update = handle.prepare<NewRow>(UPDATE);
  return {
    get: (id: ServiceId): StoredService | null => {
      const row = get.get({ id });
      return row === undefined ? null : toService(row);
    },
    /** By name, ascending. */
    list: (): readonly StoredService[] => list.all().map(toService),
    /** The name of a service, or null when there is none with this id. */
    findName: (id: ServiceId): string | null => findName.get({ id })?.name ?? null,
    findByName: (name: string): ServiceId | null => findByName.get({ name })?.id ?? null,
    findBySlug: (slug: string): ServiceId | null => findBySlug.get({ slug })?.id ?? null,
    insert: (service: NewService): void => void insert.run(toRow(service)),
    update: (service: NewService): void => void update.run(toRow(service)),
  };
}

function toService({ askedFromJson, ...row }: Row): StoredService {
  return { ...row, askedFrom: networks.parse(JSON.parse(askedFromJson)) };
}

function toRow({ askedFrom, ...service }: NewService): NewRow {
  return { ...service, askedFromJson: JSON.stringify(askedFrom) };
}
