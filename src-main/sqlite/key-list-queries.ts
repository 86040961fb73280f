import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, PartnerId, TimestampMs } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { KEY_SORTS } from '#contract/keys.ts';
import {
  filterConditions,
  type KeyCondition,
  KEYS_FROM,
  type Parameters,
  NO_CHILD,
} from './key-list-conditions.ts';

export type KeySort = (typeof KEY_SORTS)[number];

/** One row of the list: what is stored, and `sortValue`, where the next page goes on. */
export interface KeyListRow {
  readonly id: KeyId;
  readonly name: string;
  readonly environment: Environment;
  readonly applicationId: ApplicationId;
  readonly applicationName: string;
  readonly applicationSlug: string;
  /** The slug in the key's text. */
  readonly textSlug: string;
  readonly partnerId: PartnerId;
  readonly partnerName: string;
  readonly scopeNames: readonly string[];
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs | null;
  readonly expiryGraceMs: number | null;
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

/** What a row has for the further columns of the list. */
export interface KeyListExtras {
  readonly contactEmail: string;
  readonly note: string;
  readonly createdBy: string | null;
  readonly templateName: string | null;
  /** Of the current secret. */
  readonly secretMadeAtMs: TimestampMs;
}

/** What to list. `after` is the last row of the page before. Sorting or filtering by last use reads the TEMP
 *  table `last_used`, which the caller brings up to date first. */
export interface KeyListRequest extends KeyCondition {
  readonly sort: KeySort;
  readonly after: { readonly sortValue: string | number; readonly id: string } | null;
  readonly limit: number;
}

type ListedRow = KeyListRow & KeyListExtras;
type TextRow = Omit<ListedRow, 'scopeNames' | 'tags'> & {
  readonly scopeNames: string;
  readonly tags: string;
};

// Later than any expiry: keys without one come last in ascending order.
const NO_EXPIRY_MS = 8_640_000_000_000_001;
// The last character there is: keys without a template come last in ascending order.
const AFTER_ANY_NAME = 0x10ffff;

const SORT_VALUES: Record<string, string> = {
  name: 'k.name',
  created: 'k.created_at_ms',
  expires: `COALESCE(k.expires_at_ms, ${String(NO_EXPIRY_MS)})`,
  lastUsed: 'COALESCE(lu.at_ms, -1)',
  template: `COALESCE(t.name, char(${String(AFTER_ANY_NAME)})) COLLATE NOCASE`,
};

// Index audit_events_by_subject.
const CREATED_BY = (keyId: string) => `
    SELECT e.actor_name FROM audit_events e
    WHERE e.subject_kind = 'key' AND e.subject_id = ${keyId} AND (e.action LIKE 'keys.create%' OR e.action = 'keys.enroll')
    ORDER BY e.seq
    LIMIT 1
  `;

const COLUMNS = `
  k.id AS id,
  k.name AS name,
  k.environment AS environment,
  k.application_id AS applicationId,
  a.name AS applicationName,
  a.slug AS applicationSlug,
  COALESCE(k.text_slug, a.slug) AS textSlug,
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
  k.expiry_grace_ms AS expiryGraceMs,
  k.suspended_at_ms AS suspendedAtMs,
  k.revoked_at_ms AS revokedAtMs,
  k.tags AS tags,
  k.note AS note,
  a.contact_email AS contactEmail,
  (${CREATED_BY('k.id')}) AS createdBy,
  (SELECT t.name FROM templates t WHERE t.id = k.template_id) AS templateName,
  (SELECT s.created_at_ms FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1) AS secretMadeAtMs,
  (SELECT MAX(s.version) FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL) AS version,
  (SELECT s.last4 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1) AS last4,
  (SELECT s.is_imported FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms IS NULL ORDER BY s.version DESC LIMIT 1) AS isImported,
  (SELECT MAX(s.ends_at_ms) FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms > @nowMs) AS retiringEndsAtMs`;

// keys.get and what key commands answer.
const CREATOR = `SELECT (${CREATED_BY('@keyId')}) AS createdBy`;

// Whatever looks at every key, a slice at a time; primary key.
const IDS_AFTER = `SELECT id FROM keys WHERE id > @afterId ORDER BY id LIMIT @limit`;

// The keys list without a filter: both counts read an index alone, keys_by_parent the few that are children.
const COUNT_WITHOUT_CHILDREN = `
  SELECT (SELECT COUNT(*) FROM keys) - (SELECT COUNT(*) FROM keys k WHERE k.parent_id IS NOT NULL) AS count`;

/** Statements of the keys list. Their text depends on the filter and sort and is made of the constants above only;
 *  values are always parameters. Prepared at first use and kept. */
export function createKeyListQueries(handle: Database.Database) {
  const pages = new Map<string, Database.Statement<[Parameters], TextRow>>();
  const counts = new Map<string, Database.Statement<[Parameters], { count: number }>>();
  const idsAfter = handle.prepare<{ afterId: string; limit: number }, { id: KeyId }>(IDS_AFTER);
  const creator = handle.prepare<{ keyId: KeyId }, { createdBy: string | null }>(CREATOR);
  return {
    /** Name of the admin who created the key; null when the trail does not say. */
    createdBy: (keyId: KeyId): string | null => creator.get({ keyId })?.createdBy ?? null,
    /** The next ids in their order; the empty id is before all. */
    idsAfter: (afterId: string, limit: number): readonly KeyId[] =>
      idsAfter.all({ afterId, limit }).map(({ id }) => id),
    /** Rows after `after` in the order of `sort`, then id. Indexes keys_by_name and keys_by_created, else a scan. */
    listPage: (request: KeyListRequest): readonly ListedRow[] => {
      const { conditions, parameters } = filterConditions(request);
      const text = pageText(request.sort, conditions, request.after !== null);
      const statement = kept(pages, text, () => handle.prepare<[Parameters], TextRow>(text));
      if (request.after !== null) {
        parameters['afterValue'] = request.after.sortValue;
        parameters['afterId'] = request.after.id;
      }
      return statement.all({ ...parameters, limit: request.limit }).map(fromRow);
    },
    /** How many keys the filter lets through. */
    count: (condition: KeyCondition): number => {
      const { conditions, parameters } = filterConditions(condition);
      const text =
        conditions.join() === NO_CHILD
          ? COUNT_WITHOUT_CHILDREN
          : `SELECT COUNT(*) AS count ${KEYS_FROM} WHERE ${conditions.join(' AND ')}`;
      const statement = kept(counts, text, () => handle.prepare<[Parameters], { count: number }>(text));
      return statement.get(parameters)?.count ?? 0;
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
  const isByText = sortValue === SORT_VALUES['name'] || sortValue === SORT_VALUES['template'];
  const after = `(${sortValue}, k.id) ${isDescending ? '<' : '>'} (@afterValue, @afterId)`;
  const all = hasAfter ? [...conditions, after] : conditions;
  // In two steps: sorting whole rows would work out the scopes and secrets of every key and not only of one page.
  return `
    WITH page AS (
      SELECT k.id AS id, ${sortValue} AS sortValue
      ${KEYS_FROM}
      ${all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`}
      ORDER BY ${sortValue} ${direction}, k.id ${direction}
      LIMIT @limit
    )
    SELECT ${COLUMNS}, page.sortValue AS sortValue
    FROM page
    CROSS JOIN keys k ON k.id = page.id
    JOIN applications a ON a.id = k.application_id
    JOIN partners p ON p.id = a.partner_id
    ORDER BY page.sortValue ${isByText ? 'COLLATE NOCASE' : ''} ${direction}, page.id ${direction}`;
}

function fromRow(row: TextRow): ListedRow {
  return {
    ...row,
    scopeNames: JSON.parse(row.scopeNames) as readonly string[],
    tags: JSON.parse(row.tags) as readonly string[],
  };
}
