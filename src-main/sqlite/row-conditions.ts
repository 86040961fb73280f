import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
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
  /** The caller made up the request's id. */
  readonly isGivenId?: true | undefined;
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
export const compiler = new Kysely<SearchSchema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Statements are compiled for a table that stands for the one of each day. */
export function onDay(text: string, nameOfTheDay: string): string {
  return text.replace('"requests" as "r"', `"requests_${nameOfTheDay}" as "r"`);
}

/** Rows of the range that match, newest first unless told, with what they refer to. */
export function matching(
  condition: RowCondition,
  range: RowIdRange,
  limit: number,
  order: 'asc' | 'desc' = 'desc',
) {
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
    .orderBy('r.id', order)
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
  if (condition.isGivenId === true) {
    query = query.where(sql<boolean>`typeof(${sql.ref('r.request_id')}) = 'text'`);
  }
  for (const test of tests) query = query.where(testExpression(test));
  return query;
}
