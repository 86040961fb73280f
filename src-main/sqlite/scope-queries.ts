import type Database from 'better-sqlite3';
import type { ScopeId, ServiceId } from '#contract/ids.ts';
import type { Rule, Scope } from '#contract/scopes.ts';

type ScopeRow = Omit<Scope, 'rules'> & { readonly rules: string };

const COLUMNS = `
  c.id AS id,
  c.service_id AS serviceId,
  c.name AS name,
  c.description AS description,
  c.rules AS rules,
  (
    SELECT COUNT(*)
    FROM key_scopes ks
    JOIN keys k ON k.id = ks.key_id
    WHERE ks.scope_id = c.id AND k.revoked_at_ms IS NULL
  ) AS keyCount,
  c.created_at_ms AS createdAt,
  c.updated_at_ms AS updatedAt`;

// Scope commands and key commands that name a scope; primary key.
const GET = `SELECT ${COLUMNS} FROM scopes c WHERE c.id = @id`;

// keys.create, keys.update and keys.import; primary key. Nothing is counted: verification waits for a command.
const HAS = `SELECT 1 AS found FROM scopes c WHERE c.id = @id`;

// scopes.list; unique index of service and name when a service is given, else a scan of a small table.
const LIST = `
  SELECT ${COLUMNS}
  FROM scopes c
  WHERE @serviceId IS NULL OR c.service_id = @serviceId
  ORDER BY c.service_id, c.name`;

// scopes.create and scopes.update; unique index of service and name.
const FIND_BY_NAME = `SELECT c.id AS id FROM scopes c WHERE c.service_id = @serviceId AND c.name = @name`;

// scopes.create.
const INSERT = `
  INSERT INTO scopes (id, service_id, name, description, rules, created_at_ms, updated_at_ms)
  VALUES (@id, @serviceId, @name, @description, @rules, @createdAt, @updatedAt)`;

// scopes.update; primary key.
const UPDATE = `
  UPDATE scopes
  SET name = @name, description = @description, rules = @rules, updated_at_ms = @updatedAt
  WHERE id = @id`;

// scopes.delete: keys that hold the scope and work, or may be restored. Index key_scopes_by_scope.
const COUNT_HOLDERS = `
  SELECT COUNT(*) AS count
  FROM key_scopes ks
  JOIN keys k ON k.id = ks.key_id
  WHERE ks.scope_id = @id AND (k.revoked_at_ms IS NULL OR k.revoked_at_ms > @restorableFromMs)`;

// scopes.delete: what is left are keys that are revoked for good. Index key_scopes_by_scope.
const DELETE_LINKS = `DELETE FROM key_scopes WHERE scope_id = @id`;
// The same of children, whose parents hold it. Index key_denials_by_scope.
const DELETE_DENIALS = `DELETE FROM key_denials WHERE scope_id = @id`;

// scopes.delete; primary key.
const DELETE = `DELETE FROM scopes WHERE id = @id`;

/** Prepares the statements on scopes. */
export function createScopeQueries(handle: Database.Database) {
  const has = handle.prepare<{ id: ScopeId }, { found: 1 }>(HAS);
  const get = handle.prepare<{ id: ScopeId }, ScopeRow>(GET);
  const list = handle.prepare<{ serviceId: ServiceId | null }, ScopeRow>(LIST);
  const findByName = handle.prepare<{ serviceId: ServiceId; name: string }, { id: ScopeId }>(FIND_BY_NAME);
  const insert = handle.prepare<ScopeRow>(INSERT);
  const update = handle.prepare<ScopeRow>(UPDATE);
  const countHolders = handle.prepare<{ id: ScopeId; restorableFromMs: number }, { count: number }>(
    COUNT_HOLDERS,
  );
  const deleteLinks = handle.prepare<{ id: ScopeId }>(DELETE_LINKS);
  const deleteDenials = handle.prepare<{ id: ScopeId }>(DELETE_DENIALS);
  const remove = handle.prepare<{ id: ScopeId }>(DELETE);
  return {
    has: (id: ScopeId): boolean => has.get({ id }) !== undefined,
    get: (id: ScopeId): Scope | null => {
      const row = get.get({ id });
      return row === undefined ? null : fromRow(row);
    },
    /** By service, then name; every service's when `serviceId` is null. */
    list: (serviceId: ServiceId | null): readonly Scope[] => list.all({ serviceId }).map(fromRow),
    findByName: (serviceId: ServiceId, name: string): ScopeId | null =>
      findByName.get({ serviceId, name })?.id ?? null,
    insert: (scope: Scope): void => void insert.run(toRow(scope)),
    update: (scope: Scope): void => void update.run(toRow(scope)),
    /** Keys that hold the scope and are not revoked, or were revoked after `restorableFromMs`. */
    countHolders: (id: ScopeId, restorableFromMs: number): number =>
      countHolders.get({ id, restorableFromMs })?.count ?? 0,
    /** Deletes the scope and takes it from the keys that still name it. */
    delete: (id: ScopeId): void => {
      deleteLinks.run({ id });
      deleteDenials.run({ id });
      remove.run({ id });
    },
  };
}

function fromRow(row: ScopeRow): Scope {
  return { ...row, rules: JSON.parse(row.rules) as readonly Rule[] };
}

function toRow(scope: Scope): ScopeRow {
  return { ...scope, rules: JSON.stringify(scope.rules) };
}
