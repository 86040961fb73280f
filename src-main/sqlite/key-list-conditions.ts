import type { Actor } from '#contract/audit.ts';
import type { KeyId } from '#contract/ids.ts';
import type { KeyFilter } from '#contract/keys.ts';
import { fingerprintRange } from '#main/domain/fingerprint-range.ts';

/** A key is `expiring` when it ends within this time. */
export const EXPIRING_WITHIN_MS = 14 * 86_400_000;
/** A key is `unused` when it was not used for this long, or never. */
export const UNUSED_AFTER_MS = 30 * 86_400_000;

/** Which keys are meant. */
export interface KeyCondition {
  readonly filter: KeyFilter;
  /** What a filter that the store cannot answer let through; null = it was not asked. */
  readonly among: readonly KeyId[] | null;
  /** Who `createdBy: me` is. */
  readonly actor: Pick<Actor, 'id' | 'name'>;
  readonly nowMs: number;
}

/** Values of a statement, by name. */
export type Parameters = Record<string, string | number>;

/** Every key has an application and a partner; LEFT JOIN lets SQLite leave out those that a filter does not look at. */
export const KEYS_FROM = `
  FROM keys k
  LEFT JOIN applications a ON a.id = k.application_id
  LEFT JOIN partners p ON p.id = a.partner_id
  LEFT JOIN plans pl ON pl.id = k.plan_id
  LEFT JOIN templates t ON t.id = k.template_id
  LEFT JOIN temp.last_used lu ON lu.key_id = k.id`;

// One scan of the secrets for the whole list, not one look-up a key.
const HAS_RETIRING = `
  k.id IN (SELECT s.key_id FROM secrets s WHERE s.ends_at_ms > @nowMs)`;
const IS_LIVE = `
  (k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NULL
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs))`;

const STATUS_CONDITIONS: Record<NonNullable<KeyFilter['status']>[number], string> = {
  active: `(${IS_LIVE} AND NOT (${HAS_RETIRING}))`,
  rotating: `(${IS_LIVE} AND ${HAS_RETIRING})`,
  suspended: '(k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NOT NULL)',
  expired: '(k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NULL AND k.ends_at_ms <= @nowMs)',
  revoked: '(k.revoked_at_ms IS NOT NULL)',
  expiring: `(${IS_LIVE} AND k.expires_at_ms <= @expiringUntilMs)`,
  unused: `(${IS_LIVE} AND COALESCE(lu.at_ms, 0) < @unusedBeforeMs)`,
};

const LIKE = `LIKE @text ESCAPE '\\'`;
// The comparison with the whole list of tags only spares taking it apart where no tag can match.
const TEXT_CONDITION = `(
  k.name ${LIKE} OR a.name ${LIKE} OR a.slug ${LIKE} OR p.name ${LIKE} OR k.external_id ${LIKE}
  OR 'lk_' || k.environment || '_' || COALESCE(k.text_slug, a.slug) || '_' || k.id || '_…' || (
    SELECT s.last4 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1
  ) ${LIKE}
  OR (k.tags ${LIKE} AND EXISTS (SELECT 1 FROM json_each(k.tags) t WHERE t.value ${LIKE}))
)`;

// Partial unique index of origin_hash, asked once for the whole list.
const FINGERPRINT_CONDITION = `
  k.id IN (SELECT s.key_id FROM secrets s WHERE s.origin_hash BETWEEN unhex(@firstHash) AND unhex(@lastHash))`;

const EXPIRES_CONDITIONS: Record<NonNullable<KeyFilter['expires']>, string> = {
  within14d: STATUS_CONDITIONS.expiring,
  never: 'k.expires_at_ms IS NULL',
};

const LAST_USED_CONDITIONS: Record<NonNullable<KeyFilter['lastUsed']>, string> = {
  over30d: 'lu.at_ms < @unusedBeforeMs',
  never: 'lu.at_ms IS NULL',
};

// A limit of single endpoints leaves the rest without one, and requests for scopes alone in any case. What a key names itself
// stands for what its plan calls the same.
const WITHOUT_LIMIT = `(
  COALESCE(k.rate_limit, pl.rate_limit, k.quota, pl.quota) IS NULL
  AND (k.rate_limits = '[]' OR NOT EXISTS (
    SELECT 1 FROM json_each(k.rate_limits) own WHERE own.value ->> 'only' IS NULL
  ))
  AND (COALESCE(pl.rate_limits, '[]') = '[]' OR NOT EXISTS (
    SELECT 1 FROM json_each(pl.rate_limits) of_plan
    WHERE of_plan.value ->> 'only' IS NULL AND NOT EXISTS (
      SELECT 1 FROM json_each(k.rate_limits) own WHERE own.value ->> 'name' = of_plan.value ->> 'name'
    )
  ))
)`;

// Sessions get another id at each sign-in; their names say who signed in. Index audit_events_by_subject.
const CREATED_BY = `EXISTS (
  SELECT 1 FROM audit_events e
  WHERE e.subject_kind = 'key' AND e.subject_id = k.id AND e.action LIKE 'keys.create%'
    AND (e.actor_id = @actorId OR e.actor_name = @actorName)
)`;

/** Keys that are no child of another. Alone, it can be counted without looking at each: see COUNT_WITHOUT_CHILDREN. */
export const NO_CHILD = 'k.parent_id IS NULL';

/** The conditions of a statement over KEYS_FROM, all of which must hold, and their values. */
export function filterConditions({ filter, among, actor, nowMs }: KeyCondition) {
  const conditions: string[] = [];
  const parameters: Parameters = {
    nowMs,
    expiringUntilMs: nowMs + EXPIRING_WITHIN_MS,
    unusedBeforeMs: nowMs - UNUSED_AFTER_MS,
  };
  if (hidesChildren(filter)) conditions.push(NO_CHILD);
  if (filter.status !== undefined) conditions.push(statusCondition(filter.status));
  if (filter.expires !== undefined) conditions.push(EXPIRES_CONDITIONS[filter.expires]);
  if (filter.lastUsed !== undefined) conditions.push(LAST_USED_CONDITIONS[filter.lastUsed]);
  if (filter.withoutLimit === true) conditions.push(WITHOUT_LIMIT);
  if (filter.missingContact === true) conditions.push(`TRIM(a.contact_email) = ''`);
  if (filter.createdBy === 'me') {
    conditions.push(CREATED_BY);
    Object.assign(parameters, { actorId: actor.id, actorName: actor.name });
  }
  const add = (condition: string, name: string, value: string | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    parameters[name] = value;
  };
  add('k.environment = @environment', 'environment', filter.environment);
  add('a.partner_id = @partnerId', 'partnerId', filter.partnerId);
  add('k.application_id = @applicationId', 'applicationId', filter.applicationId);
  add(
    'EXISTS (SELECT 1 FROM key_scopes ks WHERE ks.key_id = k.id AND ks.scope_id = @scopeId)',
    'scopeId',
    filter.scopeId,
  );
  // Index keys_by_parent.
  add('k.parent_id = @parentId', 'parentId', filter.parentId);
  // Index keys_by_template.
  add('k.template_id = @templateId', 'templateId', filter.templateId);
  // Exact: a tag has no character that JSON would escape, and no quotation mark.
  add(`instr(k.tags, '"' || @tag || '"') > 0`, 'tag', filter.tag);
  // A list as one parameter, so that its length does not make another statement.
  const ids = among === null ? undefined : JSON.stringify(among);
  add('k.id IN (SELECT value FROM json_each(@among))', 'among', ids);
  const text = filter.text?.trim();
  if (text !== undefined && text !== '') {
    const hashes = fingerprintRange(text);
    const condition = hashes === null ? TEXT_CONDITION : `(${TEXT_CONDITION} OR ${FINGERPRINT_CONDITION})`;
    Object.assign(parameters, hashes);
    add(condition, 'text', `%${escapeLike(text)}%`);
  }
  return { conditions, parameters };
}

/** Children of builds and devices would bury all others; who names one by text, tag or parent finds it. */
function hidesChildren({ parentId, tag, text }: KeyFilter): boolean {
  return parentId === undefined && tag === undefined && (text === undefined || text.trim() === '');
}

/** Both halves of "in use" together need no look at the secrets; an empty list lets nothing through. */
function statusCondition(wanted: NonNullable<KeyFilter['status']>): string {
  const all = new Set(wanted);
  const parts: string[] = [];
  if (all.has('active') && all.has('rotating')) {
    parts.push(IS_LIVE);
    for (const covered of ['active', 'rotating', 'expiring', 'unused'] as const) all.delete(covered);
  }
  for (const status of all) parts.push(STATUS_CONDITIONS[status]);
  return parts.length === 0 ? 'FALSE' : `(${parts.join(' OR ')})`;
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
