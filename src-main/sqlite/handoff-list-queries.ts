import type { Handoff, HandoffFilter } from '#contract/handoffs.ts';
import type { HandoffId } from '#contract/ids.ts';
import { HANDOFF_COLUMNS, type StoredHandoff } from './handoff-queries.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A handoff with the names around it. */
export interface NamedHandoff extends StoredHandoff {
  readonly keyName: string;
  readonly environment: Handoff['environment'];
  readonly applicationName: string;
  readonly partnerName: string;
  readonly isCodeHeld: 0 | 1;
}

const NAMED = `
  FROM handoffs h
  JOIN keys k ON k.id = h.key_id
  JOIN applications a ON a.id = k.application_id
  JOIN partners p ON p.id = a.partner_id`;

const NAMED_COLUMNS = `${HANDOFF_COLUMNS},
  k.name AS keyName,
  k.environment AS environment,
  a.name AS applicationName,
  p.name AS partnerName,
  EXISTS (SELECT 1 FROM handoff_codes c WHERE c.handoff_id = h.id) AS isCodeHeld`;

/** What a timer has not seen yet has expired all the same. */
const STATE_AT = `
  CASE WHEN h.state IN ('prepared', 'opened') AND h.expires_at_ms <= @nowMs THEN 'expired' ELSE h.state END`;

const FILTER = `
  (@keyId IS NULL OR h.key_id = @keyId)
  AND (@channel IS NULL OR h.channel = @channel)
  AND (
    @needsAttention = 0
    OR h.attention IS NOT NULL
    OR EXISTS (SELECT 1 FROM handoff_codes c WHERE c.handoff_id = h.id)
  )
  AND (@states IS NULL OR ${STATE_AT} IN (SELECT value FROM json_each(@states)))
  AND (
    @text IS NULL
    OR instr(lower(h.recipient_name || char(10) || h.recipient_contact || char(10) || k.name || char(10) || k.id || char(10)
      || a.name || char(10) || p.name), lower(@text)) > 0
  )`;

// Every answer that shows one handoff; primary keys.
const GET_NAMED = `SELECT ${NAMED_COLUMNS} ${NAMED} WHERE h.id = @id`;

// handoffs.list; index handoffs_by_time in its order, filters on the way.
const PAGE = `
  SELECT ${NAMED_COLUMNS} ${NAMED}
  WHERE (h.created_at_ms, h.id) < (@beforeMs, @beforeId) AND ${FILTER}
  ORDER BY h.created_at_ms DESC, h.id DESC
  LIMIT @limit`;

// handoffs.list; a scan of the handoffs.
const COUNT = `SELECT COUNT(*) AS total ${NAMED} WHERE ${FILTER}`;

// handoffs.list; partial index handoffs_attention, and the words that wait for somebody: no handoff has both.
const COUNT_ATTENTION = `
  SELECT (SELECT COUNT(*) FROM handoffs h WHERE h.attention IS NOT NULL) + (SELECT COUNT(*) FROM handoff_codes) AS total`;

interface FilterRow {
  readonly keyId: string | null;
  readonly channel: string | null;
  readonly needsAttention: 0 | 1;
  readonly states: string | null;
  readonly text: string | null;
  readonly nowMs: number;
}

/** Where a page ended. */
export interface HandoffPageEnd {
  readonly beforeMs: number;
  readonly beforeId: string;
}

/** Prepares the statements that list handoffs. */
export function createHandoffListQueries(handle: DatabaseHandle) {
  const getNamed = handle.prepare<{ id: HandoffId }, NamedHandoff>(GET_NAMED);
  const page = handle.prepare<FilterRow & HandoffPageEnd & { limit: number }, NamedHandoff>(PAGE);
  const count = handle.prepare<FilterRow, { total: number }>(COUNT);
  const countAttention = handle.prepare<[], { total: number }>(COUNT_ATTENTION);
  return {
    get: (id: HandoffId): NamedHandoff | null => getNamed.get({ id }) ?? null,
    /** Newest first, after the end of another page. */
    page: (
      filter: HandoffFilter,
      at: HandoffPageEnd & { readonly limit: number; readonly nowMs: number },
    ): readonly NamedHandoff[] => page.all({ ...filterRow(filter, at.nowMs), ...at }),
    count: (filter: HandoffFilter, nowMs: number): number => count.get(filterRow(filter, nowMs))?.total ?? 0,
    /** How many somebody should look at. */
    countAttention: (): number => countAttention.get()?.total ?? 0,
  };
}

function filterRow(filter: HandoffFilter, nowMs: number): FilterRow {
  const { keyId = null, channel = null, state, text } = filter;
  return {
    keyId,
    channel,
    needsAttention: filter.needsAttention === true ? 1 : 0,
    states: state === undefined || state.length === 0 ? null : JSON.stringify(state),
    text: text === undefined || text.trim() === '' ? null : text.trim(),
    nowMs,
  };
}
