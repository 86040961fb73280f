import type Database from 'better-sqlite3';
import type { EndpointId, ServiceId } from '#contract/ids.ts';
import type { Endpoint } from '#contract/services.ts';

const COLUMNS = `
  e.id AS id,
  e.service_id AS serviceId,
  e.method AS method,
  e.path AS path,
  e.group_name AS "group",
  e.summary AS summary,
  e.source AS source,
  e.created_at_ms AS createdAt,
  e.updated_at_ms AS updatedAt`;

// endpoints.delete; primary key.
const GET = `SELECT ${COLUMNS} FROM endpoints e WHERE e.id = @id`;

// endpoints.list without a service; a scan.
const LIST_ALL = `SELECT ${COLUMNS} FROM endpoints e ORDER BY e.service_id, e.path, e.method`;

// endpoints.list, endpoints.import and endpoints.preview; unique index of service, method and path.
const LIST = `SELECT ${COLUMNS} FROM endpoints e WHERE e.service_id = @serviceId ORDER BY e.path, e.method`;

// endpoints.add and endpoints.import.
const INSERT = `
  INSERT INTO endpoints (
    id, service_id, method, path, group_name, summary, source, created_at_ms, updated_at_ms
  )
  VALUES (@id, @serviceId, @method, @path, @group, @summary, @source, @createdAt, @updatedAt)`;

// endpoints.import of an endpoint that is there already; primary key.
const UPDATE = `
  UPDATE endpoints
  SET group_name = @group, summary = @summary, source = @source, updated_at_ms = @updatedAt
  WHERE id = @id`;

// endpoints.delete; primary key.
const DELETE = `DELETE FROM endpoints WHERE id = @id`;

/** Prepares the statements on the endpoint catalogue. */
export function createEndpointQueries(handle: Database.Database) {
  const get = handle.prepare<{ id: EndpointId }, Endpoint>(GET);
  const listAll = handle.prepare<[], Endpoint>(LIST_ALL);
  const list = handle.prepare<{ serviceId: ServiceId }, Endpoint>(LIST);
  const insert = handle.prepare<Endpoint>(INSERT);
  const update = handle.prepare<Endpoint>(UPDATE);
  const remove = handle.prepare<{ id: EndpointId }>(DELETE);
  return {
    get: (id: EndpointId): Endpoint | null => get.get({ id }) ?? null,
    /** By path, then method; every service's when `serviceId` is null. */
    list: (serviceId: ServiceId | null): readonly Endpoint[] =>
      serviceId === null ? listAll.all() : list.all({ serviceId }),
    insert: (endpoint: Endpoint): void => void insert.run(endpoint),
    update: (endpoint: Endpoint): void => void update.run(endpoint),
    delete: (id: EndpointId): void => void remove.run({ id }),
  };
}
