import { sql } from 'kysely';
import type { KeyId } from '#contract/ids.ts';
import { toRow, type FoundRow } from './found-rows.ts';
import type { DatabaseHandle } from './open-database.ts';
import { dayOfRow, nameOfDay } from './requests-day-tables.ts';
import { compiler, matching, onDay, type RowCondition, type RowIdRange } from './row-conditions.ts';

/** What facets are counted from. Numbers of texts: 0 = none; paths and addresses that do not repeat are texts of their own. */
export interface TallyRow {
  readonly id: number;
  readonly principalId: number;
  readonly code: number;
  readonly methodId: number;
  readonly status: number | null;
  readonly pathId: number;
  readonly path: string | null;
  readonly clientIpId: number;
  readonly clientIp: string | null;
}

/** What callers and endpoints are counted from. */
export interface TrafficRow {
  readonly id: number;
  readonly keyId: KeyId | null;
  readonly secretVersion: number | null;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly code: number;
  /** JSON text of the request's tags; null without any. */
  readonly tags: string | null;
}

/** Statements kept prepared: one for each combination of filters that people use. */
const STATEMENTS_MAX = 64;

/** Prepares searches as they come: filters combine freely, so their statements are compiled. Each walks the primary key of one day
 *  backwards within its range. A day without a table has no rows. */
export function createRequestsSearchQueries(handle: DatabaseHandle) {
  const prepared = new Map<string, ReturnType<typeof handle.prepare<unknown[]>>>();
  const all = (compiled: Compiled, { fromId }: RowIdRange): unknown[] => {
    const text = onDay(compiled.sql, nameOfDay(dayOfRow(fromId)));
    let statement = prepared.get(text);
    if (statement === undefined) {
      if (prepared.size >= STATEMENTS_MAX) prepared.clear();
      statement = handle.prepare<unknown[]>(text);
      prepared.set(text, statement);
    }
    return statement.all(...compiled.parameters);
  };
  return {
    /** Rows of the log in the range, newest first, at most `limit`; each with its id, to go on from. */
    rows: (condition: RowCondition, range: RowIdRange, limit: number) =>
      (all(rowsQuery(condition, range, limit), range) as FoundRow[]).map((row) => ({
        id: row.id,
        row: toRow(row),
      })),
    /** The same rows, oldest first. */
    rowsUp: (condition: RowCondition, range: RowIdRange, limit: number) =>
      (all(rowsQuery(condition, range, limit, 'asc'), range) as FoundRow[]).map((row) => ({
        id: row.id,
        row: toRow(row),
      })),
    /** The same rows as numbers, newest first, for counting them by what they refer to. */
    tally: (condition: RowCondition, range: RowIdRange, limit: number): readonly TallyRow[] =>
      all(tallyQuery(condition, range, limit), range) as TallyRow[],
    /** The same rows, with what callers and endpoints are counted from. */
    traffic: (condition: RowCondition, range: RowIdRange, limit: number): readonly TrafficRow[] =>
      all(trafficQuery(condition, range, limit), range) as TrafficRow[],
    /** How many rows match in the range. Reads each row of the range. */
    count: (condition: RowCondition, range: RowIdRange): number =>
      (all(countQuery(condition, range), range) as { count: number }[])[0]?.count ?? 0,
    /** How a search of the rows in a range is carried out, a line a step; for tests. */
    plan: (condition: RowCondition, range: RowIdRange): readonly string[] => {
      const { sql: text, parameters } = rowsQuery(condition, range, 1);
      const name = nameOfDay(dayOfRow(range.fromId));
      const steps = handle.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${onDay(text, name)}`);
      return steps.all(...parameters).map((step) => step.detail);
    },
  };
}

interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const CLIENT_IP = sql<string | null>`IFNULL(${sql.ref('address.text')}, ${sql.ref('r.client_ip')})`;
const PATH = sql<string | null>`IFNULL(${sql.ref('known_path.text')}, ${sql.ref('r.path')})`;

function rowsQuery(condition: RowCondition, range: RowIdRange, limit: number, order?: 'asc' | 'desc') {
  return matching(condition, range, limit, order)
    .leftJoin('texts as rule', 'rule.id', 'r.rule_id')
    .leftJoin('texts as detail', 'detail.id', 'r.detail_id')
    .leftJoin('texts as tags', 'tags.id', 'r.tags_id')
    .leftJoin('texts as error', 'error.id', 'r.error_code_id')
    .select([
      'r.id as id',
      'r.request_id as storedId',
      'r.code as code',
      'r.latency_us as latencyUs',
      'r.cost as cost',
      'r.response_status as responseStatus',
      'r.duration_us as durationUs',
      'r.response_bytes as bytes',
      'p.key_id as keyId',
      'p.key_name as keyName',
      'p.environment as environment',
      'p.secret_version as secretVersion',
      'p.application_id as applicationId',
      'p.application as application',
      'p.partner_id as partnerId',
      'p.partner as partner',
      's.service_id as serviceId',
      's.name as service',
      'method.text as method',
      'agent.text as userAgent',
      'rule.text as rule',
      'detail.text as detail',
      'tags.text as tags',
      'error.text as errorCode',
    ])
    .select([CLIENT_IP.as('clientIp'), PATH.as('path')])
    .compile();
}

function tallyQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
    .select([
      'r.id as id',
      'r.principal_id as principalId',
      'r.code as code',
      'r.method_id as methodId',
      'r.response_status as status',
      'r.path_id as pathId',
      'r.path as path',
      'r.client_ip_id as clientIpId',
      'r.client_ip as clientIp',
    ])
    .compile();
}

function trafficQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
    .leftJoin('texts as tags', 'tags.id', 'r.tags_id')
    .select([
      'r.id as id',
      'p.key_id as keyId',
      'agent.text as userAgent',
      'method.text as method',
      'r.code as code',
      'tags.text as tags',
    ])
    .select([CLIENT_IP.as('clientIp'), PATH.as('path')])
    .select(sql<number | null>`NULLIF(${sql.ref('p.secret_version')}, 0)`.as('secretVersion'))
    .compile();
}

function countQuery(condition: RowCondition, range: RowIdRange) {
  const inner = matching(condition, range, Number.MAX_SAFE_INTEGER).select('r.id as id').as('found');
  return compiler
    .selectFrom(inner)
    .select((q) => q.fn.countAll<number>().as('count'))
    .compile();
}
