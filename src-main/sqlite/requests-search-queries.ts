import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { ApplicationId, KeyId, PartnerId, RequestId, ServiceId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import type { DatabaseHandle } from './open-database.ts';
import { codeOfNumber } from './requests-codes.ts';
import { atMsOfRow } from './requests-row-id.ts';

/** What a search asks of each row; every part may be absent. Lists are numbers of principals, services, codes. */
export interface RowCondition {
  readonly principals?: readonly number[] | undefined;
  readonly environment?: 'live' | 'test' | undefined;
  readonly services?: readonly number[] | undefined;
  readonly codes?: readonly number[] | undefined;
  /** 1 to 5. */
  readonly statusClass?: number | undefined;
  readonly method?: string | undefined;
  readonly pathContains?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Ids of rows from (inclusive) to (exclusive). */
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
  readonly requests: Record<
    'id' | 'principal_id' | 'service_id' | 'code' | 'source' | 'latency_us' | 'cost',
    number
  > &
    Record<
      'method_id' | 'user_agent_id' | 'rule_id' | 'detail_id' | 'tags_id' | 'error_code_id',
      number | null
    > &
    Record<'response_status' | 'duration_us' | 'response_bytes', number | null> &
    Record<'client_ip' | 'path', string | null> & { readonly request_id: string };
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

/** Prepares searches as they come: filters combine freely, so their statements are compiled. Each walks the primary key backwards
 *  within its range, or requests_by_request_id when it asks for one request. */
export function createRequestsSearchQueries(handle: DatabaseHandle) {
  const prepared = new Map<string, ReturnType<typeof handle.prepare<unknown[]>>>();
  const all = (compiled: { readonly sql: string; readonly parameters: readonly unknown[] }): unknown[] => {
    let statement = prepared.get(compiled.sql);
    if (statement === undefined) {
      if (prepared.size >= STATEMENTS_MAX) prepared.clear();
      statement = handle.prepare<unknown[]>(compiled.sql);
      prepared.set(compiled.sql, statement);
    }
    return statement.all(...compiled.parameters);
  };
  return {
    /** Rows of the log in the range, newest first, at most `limit`; each with its id, to go on from. */
    rows: (condition: RowCondition, range: RowIdRange, limit: number) =>
      (all(rowsQuery(condition, range, limit)) as FoundRow[]).map((row) => ({ id: row.id, row: toRow(row) })),
    /** The same rows, with what callers and endpoints are counted from. */
    traffic: (condition: RowCondition, range: RowIdRange, limit: number): readonly TrafficRow[] =>
      all(trafficQuery(condition, range, limit)) as TrafficRow[],
    /** How many rows match in the range. Reads each row of the range. */
    count: (condition: RowCondition, range: RowIdRange): number =>
      (all(countQuery(condition, range)) as { count: number }[])[0]?.count ?? 0,
    /** How a search is carried out, a line a step; for tests. */
    plan: (condition: RowCondition): readonly string[] => {
      const { sql: text, parameters } = rowsQuery(condition, { fromId: 0, toId: 1 }, 1);
      const steps = handle.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
      return steps.all(...parameters).map((step) => step.detail);
    },
  };
}

function matching(condition: RowCondition, range: RowIdRange, limit: number) {
  let query = compiler
    .selectFrom('requests as r')
    // An inner join would let the planner start from services and sort.
    .leftJoin('services as s', 's.id', 'r.service_id')
    .leftJoin('principals as p', 'p.id', 'r.principal_id')
    .leftJoin('texts as method', 'method.id', 'r.method_id')
    .leftJoin('texts as agent', 'agent.id', 'r.user_agent_id')
    .where('r.id', '>=', range.fromId)
    .where('r.id', '<', range.toId)
    .orderBy('r.id', 'desc')
    .limit(limit);
  const { principals, environment, services, codes, statusClass, method, pathContains, clientIp, requestId } =
    condition;
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
  if (pathContains !== undefined)
    query = query.where(sql<boolean>`instr(${sql.ref('r.path')}, ${pathContains}) > 0`);
  if (clientIp !== undefined) query = query.where('r.client_ip', '=', clientIp);
  if (requestId !== undefined) query = query.where('r.request_id', '=', requestId);
  return query;
}

/** A list as one parameter, so that its length does not make another statement. */
function isIn(column: ReturnType<typeof sql.ref>, numbers: readonly number[]) {
  return sql<boolean>`${column} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
}

function rowsQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
    .leftJoin('texts as rule', 'rule.id', 'r.rule_id')
    .leftJoin('texts as detail', 'detail.id', 'r.detail_id')
    .leftJoin('texts as tags', 'tags.id', 'r.tags_id')
    .leftJoin('texts as error', 'error.id', 'r.error_code_id')
    .select([
      'r.id as id',
      'r.request_id as requestId',
      'r.source as source',
      'r.code as code',
      'r.latency_us as latencyUs',
      'r.cost as cost',
      'r.response_status as responseStatus',
      'r.duration_us as durationUs',
      'r.response_bytes as bytes',
      'r.client_ip as clientIp',
      'r.path as path',
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
    .compile();
}

function trafficQuery(condition: RowCondition, range: RowIdRange, limit: number) {
  return matching(condition, range, limit)
    .select([
      'r.id as id',
      'p.key_id as keyId',
      'r.client_ip as clientIp',
      'agent.text as userAgent',
      'method.text as method',
      'r.path as path',
      'r.code as code',
    ])
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

/** A row of a search as SQLite gives it. */
interface FoundRow {
  readonly id: number;
  readonly requestId: RequestId;
  readonly source: number;
  readonly code: number;
  readonly latencyUs: number;
  readonly cost: number;
  readonly responseStatus: number | null;
  readonly durationUs: number | null;
  readonly bytes: number | null;
  readonly clientIp: string | null;
  readonly path: string | null;
  readonly keyId: KeyId | null;
  readonly keyName: string | null;
  readonly environment: 'live' | 'test' | null;
  readonly secretVersion: number | null;
  readonly applicationId: ApplicationId | null;
  readonly application: string | null;
  readonly partnerId: PartnerId | null;
  readonly partner: string | null;
  readonly serviceId: ServiceId;
  readonly service: string;
  readonly method: string | null;
  readonly userAgent: string | null;
  readonly rule: string | null;
  readonly detail: string | null;
  readonly tags: string | null;
  readonly errorCode: string | null;
}

function toRow(found: FoundRow): RequestRow {
  const { id, source, code, durationUs, tags, secretVersion, ...same } = found;
  return {
    ...same,
    at: atMsOfRow(id),
    source: source === 0 ? 'verified' : 'reported',
    secretVersion: secretVersion === 0 ? null : secretVersion,
    code: codeOfNumber(code),
    durationMs: durationUs === null ? null : durationUs / 1_000,
    tags: tags === null ? [] : (JSON.parse(tags) as string[]),
  };
}
