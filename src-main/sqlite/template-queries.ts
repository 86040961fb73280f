import type { KeyId, ScopeId, TemplateId } from '#contract/ids.ts';
import type { Template, TemplatePolicy } from '#contract/templates.ts';
import { policyOf } from '#main/domain/policy-drift.ts';
import type { DatabaseHandle } from './open-database.ts';

type TemplateRow = Pick<
  Template,
  'id' | 'name' | 'description' | 'environment' | 'expiresInMs' | 'keyCount' | 'createdAt' | 'updatedAt'
> & {
  readonly policy: string;
  readonly tags: string;
  readonly isForIssuers: 0 | 1;
  readonly isArchived: 0 | 1;
};

const COLUMNS = `
  t.id AS id,
  t.name AS name,
  t.description AS description,
  t.environment AS environment,
  t.policy AS policy,
  t.tags AS tags,
  t.expires_in_ms AS expiresInMs,
  t.is_for_issuers AS isForIssuers,
  t.is_archived AS isArchived,
  (SELECT COUNT(*) FROM keys k WHERE k.template_id = t.id AND k.revoked_at_ms IS NULL) AS keyCount,
  t.created_at_ms AS createdAt,
  t.updated_at_ms AS updatedAt`;

// templates.get and every command on a template; primary key, and the index keys_by_template for the count.
const GET = `SELECT ${COLUMNS} FROM templates t WHERE t.id = (SELECT @id)`;

// keys.get and key commands, for the drift; primary key. Nothing is counted: verification waits for a command.
const GET_POLICY = `SELECT t.name AS name, t.policy AS policy FROM templates t WHERE t.id = (SELECT @id)`;

// templates.list; a scan of a small table.
const LIST = `SELECT ${COLUMNS} FROM templates t ORDER BY t.name, t.id`;

// templates.create and templates.update; unique index of name.
const FIND_BY_NAME = `SELECT t.id AS id FROM templates t WHERE t.name = @name`;

// scopes.delete; a scan of a small table.
const FIND_BY_SCOPE = `
  SELECT t.name AS name
  FROM templates t, json_each(t.policy, '$.scopeIds') scope
  WHERE scope.value = @scopeId
  ORDER BY t.name
  LIMIT 1`;

// templates.keys; index keys_by_template, in its order.
const LIST_KEYS = `
  SELECT k.id AS id
  FROM keys k
  WHERE k.template_id = @id AND k.id > @afterId AND k.revoked_at_ms IS NULL
  ORDER BY k.id
  LIMIT @limit`;

// templates.create and templates.update; primary key.
const PUT = `
  INSERT INTO templates (
    id, name, description, environment, policy, tags, expires_in_ms, is_for_issuers, is_archived, created_at_ms, updated_at_ms
  )
  VALUES (
    @id, @name, @description, @environment, @policy, @tags, @expiresInMs, @isForIssuers, @isArchived, @createdAt, @updatedAt
  )
  ON CONFLICT (id) DO UPDATE
  SET name = excluded.name, description = excluded.description, environment = excluded.environment,
    policy = excluded.policy, tags = excluded.tags, expires_in_ms = excluded.expires_in_ms,
    is_for_issuers = excluded.is_for_issuers, is_archived = excluded.is_archived, updated_at_ms = excluded.updated_at_ms`;

// templates.delete; index keys_by_template, and primary key.
const RELEASE_KEYS = `UPDATE keys SET template_id = NULL WHERE template_id = @id`;
const DELETE = `DELETE FROM templates WHERE id = @id`;

/** Prepares the statements on templates. */
export function createTemplateQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: TemplateId }, TemplateRow>(GET);
  const getPolicy = handle.prepare<{ id: TemplateId }, Pick<TemplateRow, 'name' | 'policy'>>(GET_POLICY);
  const list = handle.prepare<[], TemplateRow>(LIST);
  const findByName = handle.prepare<{ name: string }, { id: TemplateId }>(FIND_BY_NAME);
  const findByScope = handle.prepare<{ scopeId: ScopeId }, { name: string }>(FIND_BY_SCOPE);
  const listKeys = handle.prepare<{ id: TemplateId; afterId: string; limit: number }, { id: KeyId }>(
    LIST_KEYS,
  );
  const put = handle.prepare<Omit<TemplateRow, 'keyCount'>>(PUT);
  const releaseKeys = handle.prepare<{ id: TemplateId }>(RELEASE_KEYS);
  const remove = handle.prepare<{ id: TemplateId }>(DELETE);
  return {
    get: (id: TemplateId): Template | null => {
      const row = get.get({ id });
      return row === undefined ? null : fromRow(row);
    },
    /** Name and policy of a template, without counting its keys. */
    getPolicy: (id: TemplateId): { readonly name: string; readonly policy: TemplatePolicy } | null => {
      const row = getPolicy.get({ id });
      return row === undefined ? null : { name: row.name, policy: JSON.parse(row.policy) as TemplatePolicy };
    },
    /** By name, ascending. */
    list: (): readonly Template[] => list.all().map(fromRow),
    findByName: (name: string): TemplateId | null => findByName.get({ name })?.id ?? null,
    /** The name of a template that gives this scope, or null. */
    findByScope: (scopeId: ScopeId): string | null => findByScope.get({ scopeId })?.name ?? null,
    /** Its keys that are not revoked, by id, after `afterId`. */
    listKeys: (id: TemplateId, afterId: string, limit: number): readonly KeyId[] =>
      listKeys.all({ id, afterId, limit }).map((row) => row.id),
    /** Adds the template, or replaces all of it but when it was made. */
    put: (template: Template): void => void put.run(toRow(template)),
    /** Removes it; its keys follow none then. */
    delete: (id: TemplateId): void => {
      releaseKeys.run({ id });
      remove.run({ id });
    },
  };
}

function fromRow({ policy, tags, isForIssuers, isArchived, ...row }: TemplateRow): Template {
  return {
    ...row,
    ...(JSON.parse(policy) as TemplatePolicy),
    tags: JSON.parse(tags) as Template['tags'],
    isForIssuers: isForIssuers === 1,
    isArchived: isArchived === 1,
  };
}

function toRow(template: Template): Omit<TemplateRow, 'keyCount'> {
  const { id, name, description, environment, expiresInMs, createdAt, updatedAt } = template;
  return {
    ...{ id, name, description, environment, expiresInMs, createdAt, updatedAt },
    policy: JSON.stringify(policyOf(template)),
    tags: JSON.stringify(template.tags),
    isForIssuers: template.isForIssuers ? 1 : 0,
    isArchived: template.isArchived ? 1 : 0,
  };
}
