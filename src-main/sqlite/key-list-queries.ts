import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, PartnerId, TimestampMs } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { KEY_SORTS, KeyFilter } from '#contract/keys.ts';

/** A key is `expiring` when it ends within this time. */
export const EXPIRING_WITHIN_MS = 14 * 86_400_000;
/** A key is `unused` when it was not used for this long, or never. */
export const UNUSED_AFTER_MS = 30 * 86_400_000;

export type KeySort = (typeof KEY_SORTS)[number];

/** One row of the list: what is stored, and `sortValue`, where the next page goes on. */
export interface KeyListRow {
  readonly id: KeyId;
  readonly name: string;
  readonly environment: Environment;
  readonly applicationId: ApplicationId;
  readonly applicationName: string;
  readonly applicationSlug: string;
  readonly partnerId: PartnerId;
  readonly partnerName: string;
  readonly scopeNames: readonly string[];
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs | null;
  readonly suspendedAtMs: TimestampMs | null;
  readonly revokedAtMs: TimestampMs | null;
  readonly tags: readonly string[];
  readonly version: number;
  readonly last4: string;
  readonly isImported: 0 | 1;
  /** End of a former secret that is still accepted. */
  readonly retiringEndsAtMs: TimestampMs | null;
  readonly sortValue: string | number;
}

/** What to list. `after` is the last row of the page before. Sorting or filtering by last use reads the TEMP
 *  table `last_used`, which the caller brings up to date first. */
export interface KeyListRequest {
  readonly filter: KeyFilter;
  readonly sort: KeySort;
  readonly after: { readonly sortValue: string | number; readonly id: string } | null;
  readonly limit: number;
  readonly nowMs: number;
}

type Parameters = Record<string, string | number>;
type TextRow = Omit<KeyListRow, 'scopeNames' | 'tags'> & {
  readonly scopeNames: string;
  readonly tags: string;
};

// Later than any expiry: keys without one come last in ascending order.
const NO_EXPIRY_MS = 8_640_000_000_000_001;

const SORT_VALUES: Record<string, string> = {
  name: 'k.name',
  created: 'k.created_at_ms',
  expires: `COALESCE(k.expires_at_ms, ${String(NO_EXPIRY_MS)})`,
  lastUsed: 'COALESCE(lu.at_ms, -1)',
};

// Every key has an application and a partner; LEFT JOIN lets SQLite leave out those that a filter does not look at.
const FROM = `
  FROM keys k
  LEFT JOIN applications a ON a.id = k.application_id
  LEFT JOIN partners p ON p.id = a.partner_id
  LEFT JOIN temp.last_used lu ON lu.key_id = k.id`;

// One scan of the secrets for the whole list, not one look-up a key.
const HAS_RETIRING = `
  k.id IN (SELECT s.key_id FROM secrets s WHERE s.ends_at_ms > @nowMs)`;
const IS_LIVE = `
  (k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NULL
    AND (k.expires_at_ms IS NULL OR k.expires_at_ms > @nowMs))`;

const STATUS_CONDITIONS: Record<NonNullable<KeyFilter['status']>[number], string> = {
  active: `(${IS_LIVE} AND NOT (${HAS_RETIRING}))`,
  rotating: `(${IS_LIVE} AND ${HAS_RETIRING})`,
  suspended: '(k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NOT NULL)',
  expired: '(k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NULL AND k.expires_at_ms <= @nowMs)',
  revoked: '(k.revoked_at_ms IS NOT NULL)',
  expiring: `(${IS_LIVE} AND k.expires_at_ms <= @expiringUntilMs)`,
  unused: `(${IS_LIVE} AND COALESCE(lu.at_ms, 0) < @unusedBeforeMs)`,
};

const LIKE = `LIKE @text ESCAPE '\\'`;
// The comparison with the whole list of tags only spares taking it apart where no tag can match.
const TEXT_CONDITION = `(
  k.name ${LIKE} OR a.name ${LIKE} OR a.slug ${LIKE} OR p.name ${LIKE} OR k.external_id ${LIKE}
  OR 'lk_' || k.environment || '_' || a.slug || '_' || k.id || '_…' || (
    SELECT s.last4 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1
  ) ${LIKE}
  OR (k.tags ${LIKE} AND EXISTS (SELECT 1 FROM json_each(k.tags) t WHERE t.value ${LIKE}))
)`;

const COLUMNS = `
  k.id AS id,
  k.name AS name,
  k.environment AS environment,
  k.application_id AS applicationId,
  a.name AS applicationName,
  a.slug AS applicationSlug,
  p.id AS partnerId,
  p.name AS partnerName,
  (
    SELECT json_group_array(c.name ORDER BY c.name)
    FROM key_scopes ks
    JOIN scopes c ON c.id = ks.scope_id
    WHERE ks.key_id = k.id
  ) AS scopeNames,
  k.created_at_ms AS createdAtMs,
  k.expires_at_ms AS expiresAtMs,
  k.suspended_at_ms AS suspendedAtMs,
  k.revoked_at_ms AS revokedAtMs,
  k.tags AS tags,
  (SELECT MAX(s.version) FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL) AS version,
  (SELECT s.last4 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1) AS last4,
  (SELECT s.is_imported FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1) AS isImported,
  (SELECT MAX(s.ends_at_ms) FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms > @nowMs) AS retiringEndsAtMs`;

/** Statements of the keys list. Their text depends on the filter and sort and is made of the constants above only;
 *  values are always parameters. Prepared at first use and kept. */
export function createKeyListQueries(handle: Database.Database) {
  const pages = new Map<string, Database.Statement<[Parameters], TextRow>>();
  const counts = new Map<string, Database.Statement<[Parameters], { count: number }>>();
  return {
    /** Rows after `after` in the order of `sort`, then id. Indexes keys_by_name and keys_by_created, else a scan. */
    listPage: (request: KeyListRequest): readonly KeyListRow[] => {
      const { conditions, parameters } = filterConditions(request.filter, request.nowMs);
      const text = pageText(request.sort, conditions, request.after !== null);
      const statement = kept(pages, text, () => handle.prepare<[Parameters], TextRow>(text));
      if (request.after !== null) {
        parameters['afterValue'] = request.after.sortValue;
        parameters['afterId'] = request.after.id;
      }
      return statement.all({ ...parameters, nowMs: request.nowMs, limit: request.limit }).map(fromRow);
    },
    /** How many keys the filter lets through. */
    count: (filter: KeyFilter, nowMs: number): number => {
      const { conditions, parameters } = filterConditions(filter, nowMs);
      const text =
        conditions.length === 0
          ? 'SELECT COUNT(*) AS count FROM keys'
          : `SELECT COUNT(*) AS count ${FROM} WHERE ${conditions.join(' AND ')}`;
      const statement = kept(counts, text, () => handle.prepare<[Parameters], { count: number }>(text));
      return statement.get({ ...parameters, nowMs })?.count ?? 0;
    },
  };
}

function kept<T>(cache: Map<string, T>, text: string, make: () => T): T {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const made = make();
  cache.set(text, made);
  return made;
}

function pageText(sort: KeySort, conditions: readonly string[], hasAfter: boolean): string {
  const isDescending = sort.startsWith('-');
  const sortValue = SORT_VALUES[isDescending ? sort.slice(1) : sort] ?? 'k.name';
  const direction = isDescending ? 'DESC' : 'ASC';
  const isByName = sortValue === SORT_VALUES['name'];
  const after = `(${sortValue}, k.id) ${isDescending ? '<' : '>'} (@afterValue, @afterId)`;
  const all = hasAfter ? [...conditions, after] : conditions;
  // In two steps: sorting whole rows would work out the scopes and secrets of every key and not only of one page.
  return `
    WITH page AS (
      SELECT k.id AS id, ${sortValue} AS sortValue
      ${FROM}
      ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`}
      ORDER BY ${sortValue} ${direction}, k.id ${direction}
      LIMIT @limit
    )
    SELECT ${COLUMNS}, page.sortValue AS sortValue
    FROM page
    CROSS JOIN keys k ON k.id = page.id
    JOIN applications a ON a.id = k.application_id
    JOIN partners p ON p.id = a.partner_id
    ORDER BY page.sortValue ${isByName ? 'COLLATE NOCASE' : ''} ${direction}, page.id ${direction}`;
}

function filterConditions(filter: KeyFilter, nowMs: number) {
  const conditions: string[] = [];
  const parameters: Parameters = {};
  if (filter.status !== undefined) {
    conditions.push(statusCondition(filter.status));
    parameters['expiringUntilMs'] = nowMs + EXPIRING_WITHIN_MS;
    parameters['unusedBeforeMs'] = nowMs - UNUSED_AFTER_MS;
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
  // Exact: a tag has no character that JSON would escape, and no quotation mark.
  add(`instr(k.tags, '"' || @tag || '"') > 0`, 'tag', filter.tag);
  const text = filter.text?.trim();
  if (text !== undefined && text !== '') add(TEXT_CONDITION, 'text', `%${escapeLike(text)}%`);
  return { conditions, parameters };
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

function fromRow(row: TextRow): KeyListRow {
  return {
    ...row,
    scopeNames: JSON.parse(row.scopeNames) as readonly string[],
    tags: JSON.parse(row.tags) as readonly string[],
  };
}
