import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { KeyId } from '#contract/ids.ts';
import { toRow, type FoundRow } from './found-rows.ts';
import type { DatabaseHandle } from './open-database.ts';
import { dayOfRow, nameOfDay } from './requests-day-tables.ts';
import { isIn, testExpression, type RowTest } from './row-tests.ts';

/** What a search asks of each row; every part may be absent. Lists are numbers of principals, services, codes. */
export interface RowCondition {
  readonly principals?: readonly number[] | undefined;
  readonly environment?: 'live' | 'test' | undefined;
  readonly services?: readonly number[] | undefined;
  readonly codes?: readonly number[] | undefined;
  /** 1 to 5. */
  readonly statusClass?: number | undefined;
  readonly method?: string | undefined;
  readonly pathContains?: PathCondition | undefined;
  readonly clientIp?: string | undefined;
  /** A text that the detail of a row holds. */
  readonly detailContains?: string | undefined;
  /** What else must hold. */
  readonly tests?: readonly RowTest[] | undefined;
}

/** Part of a path, and the numbers of the texts that hold it. */
export interface PathCondition {
  readonly part: string;
  readonly pathIds: readonly number[];
}

/** Ids of rows from (inclusive) to (exclusive), all of one day where statements are given them. */
export interface RowIdRange {
  readonly fromId: number;
  readonly toId: number;
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
}

interface SearchSchema {
  readonly requests: Record<'id' | 'principal_id' | 'service_id' | 'code' | 'latency_us' | 'cost', number> &
    // 0 = none.
    Record<
      'method_id' | 'user_agent_id' | 'rule_id' | 'detail_id' | 'tags_id' | 'client_ip_id' | 'path_id',
      number
    > &
    Record<'error_code_id' | 'response_status' | 'duration_us' | 'response_bytes', number | null> &
    Record<'client_ip' | 'path', string | null> & { readonly request_id: Buffer | string | null };
  readonly principals: Record<
    'key_id' | 'key_name' | 'application_id' | 'application' | 'partner_id' | 'partner',
    string
  > & {
    readonly id: number;
    readonly secret_version: number;
    readonly environment: 'live' | 'test';
  };
  readonly services: { readonly id: number; readonly service_id: string; readonly name: string };
  readonly texts: { readonly id: number; readonly text: string };
}

/** Compiles statement texts; never runs one. */
const compiler = new Kysely<SearchSchema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

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

/** Statements are compiled for a table that stands for the one of each day. */
function onDay(text: string, nameOfTheDay: string): string {
  return text.replace('"requests" as "r"', `"requests_${nameOfTheDay}" as "r"`);
}

function matching(condition: RowCondition, range: RowIdRange, limit: number) {
  let query = compiler
    .selectFrom('requests as r')
    // An inner join would let the planner start from services and sort.
    .leftJoin('services as s', 's.id', 'r.service_id')
    .leftJoin('principals as p', 'p.id', 'r.principal_id')
    .leftJoin('texts as method', 'method.id', 'r.method_id')
    .leftJoin('texts as agent', 'agent.id', 'r.user_agent_id')
    .leftJoin('texts as address', 'address.id', 'r.client_ip_id')
    .leftJoin('texts as known_path', 'known_path.id', 'r.path_id')
    .where('r.id', '>=', range.fromId)
    .where('r.id', '<', range.toId)
    .orderBy('r.id', 'desc')
    .limit(limit);
  const { principals, environment, services, codes, statusClass, method, pathContains, clientIp } = condition;
  const { detailContains, tests = [] } = condition;
  if (principals !== undefined) query = query.where(isIn(sql.ref('r.principal_id'), principals));
  if (services !== undefined) query = query.where(isIn(sql.ref('r.service_id'), services));
  if (codes !== undefined) query = query.where(isIn(sql.ref('r.code'), codes));
  if (environment !== undefined) query = query.where('p.environment', '=', environment);
  if (statusClass !== undefined) {
    query = query
      .where('r.response_status', '>=', statusClass * 100)
      .where('r.response_status', '<', statusClass * 100 + 100);
  }
  if (method !== undefined) {
    query = query.where('r.method_id', '=', (q) =>
      q.selectFrom('texts').select('id').where('text', '=', method),
    );
  }
  if (pathContains !== undefined) {
    const isKnown = isIn(sql.ref('r.path_id'), pathContains.pathIds);
    query = query.where(sql<boolean>`(${isKnown} OR instr(${sql.ref('r.path')}, ${pathContains.part}) > 0)`);
  }
  if (detailContains !== undefined) {
    query = query.where(
      sql<boolean>`EXISTS (SELECT 1 FROM texts d WHERE d.id = ${sql.ref('r.detail_id')} AND instr(d.text, ${detailContains}) > 0)`,
    );
  }
  if (clientIp !== undefined) {
    query = query.where((where) =>
      where.or([
        where('r.client_ip_id', '=', (q) => q.selectFrom('texts').select('id').where('text', '=', clientIp)),
        where('r.client_ip', '=', clientIp),
      ]),
    );
  }
  for (const test of tests) query = query.where(testExpression(test));
  return query;
}

const CLIENT_IP = sql<string | null>`IFNULL(${sql.ref('address.text')}, ${sql.ref('r.client_ip')})`;
const PATH = sql<string | null>`IFNULL(${sql.ref('known_path.text')}, ${sql.ref('r.path')})`;

function rowsQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
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

function trafficQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
    .select([
      'r.id as id',
      'p.key_id as keyId',
      'agent.text as userAgent',
      'method.text as method',
      'r.code as code',
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
