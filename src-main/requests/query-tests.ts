import { parseRequestQuery, type QueryTest, type QueryToken } from '#contract/request-query.ts';
import { STATUS_CLASSES, type RequestFilter } from '#contract/requests.ts';
import { timestampMs } from '#contract/ids.ts';
import { CODE_NUMBERS, NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { RowTest, TextMatch } from '#main/sqlite/row-tests.ts';
import { OBSERVED_MARK } from './decision-row.ts';
import {
  fitsPrincipal,
  foldCase,
  isPrincipalTest,
  principalFinder,
  type PrincipalFinder,
} from './principal-words.ts';

/** What a query means in numbers of the file. The first parts narrow a search; `tests` are asked of each row. */
export interface ResolvedQuery {
  /** The only principals whose rows can match; null = any. */
  readonly principals: readonly number[] | null;
  readonly services: readonly number[] | null;
  readonly codes: readonly number[] | null;
  /** 1 to 5. */
  readonly statusClass: number | null;
  readonly requestId: string | null;
  readonly tests: readonly RowTest[];
}

/** The filter with the times of its query as from and to, the narrower ones of both. */
export function withQueryTimes(filter: RequestFilter, nowMs: number): RequestFilter {
  let { from, to } = filter;
  for (const { test } of tokensOf(filter)) {
    if (test?.kind !== 'moment') continue;
    const { moment, edge } = test;
    const atMs = timestampMs.parse('atMs' in moment ? moment.atMs : Math.max(0, nowMs - moment.agoMs));
    if (edge === 'since') from = from === undefined || atMs > from ? atMs : from;
    else to = to === undefined || atMs < to ? atMs : to;
  }
  return { ...filter, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Looks up what the words of a filter's query stand for: keys and partners by name, texts by part. Times are left out. */
export function resolveQuery(db: RequestsDatabase, filter: RequestFilter): ResolvedQuery {
  const tokens = tokensOf(filter);
  const principalsThat = principalFinder(db);
  const positive = tokens.filter(({ isNegated, test }) => !isNegated && test !== null);
  const aboutOwner = positive.filter(({ test }) => isPrincipalTest(test));
  const requestIds = positive.flatMap(({ test }) => (test?.kind === 'id' ? [test.requestId] : []));
  return {
    principals:
      aboutOwner.length === 0
        ? null
        : principalsThat((row) => aboutOwner.every(({ test }) => test !== null && fitsPrincipal(row, test))),
    services: intersection(
      positive.map(({ test }) =>
        test?.kind === 'words' && test.field === 'service' ? servicesNamed(db, test.parts) : null,
      ),
    ),
    codes: intersection(
      positive.map(({ test }) =>
        test?.kind === 'codes' ? test.codes.map((code) => CODE_NUMBERS[code]) : null,
      ),
    ),
    statusClass: positive.map(({ test }) => statusClassOf(test)).find((found) => found !== null) ?? null,
    requestId: requestIds[0] ?? null,
    tests: [
      // Two different ids: nothing can match.
      ...(new Set(requestIds).size > 1 ? [NOTHING] : []),
      ...tokens.flatMap((token) => rowTestsOf(db, token, principalsThat)),
    ],
  };
}

const NOTHING: RowTest = { kind: 'any', tests: [] };

function tokensOf({ query }: RequestFilter): readonly QueryToken[] {
  return query === undefined ? [] : parseRequestQuery(query);
}

function servicesNamed(db: RequestsDatabase, parts: readonly string[]): readonly number[] {
  return db.texts
    .services()
    .filter(({ serviceId, name }) =>
      parts.some((part) => part === serviceId || foldCase(name).includes(foldCase(part))),
    )
    .map(({ id }) => id);
}

/** The class that a test is about, when it is about one whole class: roll-ups know where there are such rows. */
function statusClassOf(test: QueryTest | null): number | null {
  if (test?.kind !== 'number' || test.field !== 'status' || test.orNone || test.anyOf.length !== 1)
    return null;
  const [first, second, ...more] = test.anyOf[0] ?? [];
  const index = STATUS_CLASSES.findIndex((_name, at) => {
    const edge = (at + 1) * 100;
    return (
      first?.operator === '>=' &&
      first.value === edge &&
      second?.operator === '<' &&
      second.value === edge + 100
    );
  });
  return index === -1 || more.length > 0 ? null : index + 1;
}

function intersection(lists: readonly (readonly number[] | null)[]): readonly number[] | null {
  return lists.reduce<readonly number[] | null>(
    (kept, list) =>
      list === null ? kept : kept === null ? list : kept.filter((number) => list.includes(number)),
    null,
  );
}

/** The test of one token; nothing where it narrows the search anyway. */
function rowTestsOf(
  db: RequestsDatabase,
  { test, isNegated }: QueryToken,
  principalsThat: PrincipalFinder,
): readonly RowTest[] {
  if (test === null) return [NOTHING];
  if (test.kind === 'moment' || test.kind === 'id') return [];
  if (!isNegated && (isPrincipalTest(test) || test.kind === 'codes')) return [];
  if (!isNegated && test.kind === 'words' && test.field === 'service') return [];
  const found = positiveTest(db, test, principalsThat);
  return [isNegated ? { kind: 'not', test: found } : found];
}

function positiveTest(db: RequestsDatabase, test: QueryTest, principalsThat: PrincipalFinder): RowTest {
  switch (test.kind) {
    case 'text':
      return plainTextTest(db, test.part, principalsThat);
    case 'words':
      return wordsTest(db, test, principalsThat);
    case 'number':
      return numberTest(test, principalsThat);
    case 'codes':
      return numbers(
        'code',
        test.codes.map((code) => CODE_NUMBERS[code]),
      );
    case 'methods':
      return numbers('method_id', db.texts.exactly(test.methods));
    case 'networks':
      return textTest(db, 'client_ip', { how: 'network', parts: test.networks });
    case 'templates':
      return {
        kind: 'any',
        tests: test.templates.map(({ method, path }) => ({
          kind: 'all',
          tests: [
            ...(method === null ? [] : [numbers('method_id', db.texts.exactly([method]))]),
            textTest(db, 'path', { how: 'template', parts: [path] }),
          ],
        })),
      };
    case 'environment':
      return numbers(
        'principal_id',
        principalsThat((row) => fitsPrincipal(row, test)),
      );
    case 'source':
      return test.isReported ? { kind: 'reported' } : { kind: 'not', test: { kind: 'reported' } };
    case 'observed':
      return numbers('detail_id', db.texts.matching({ how: 'contains', parts: [OBSERVED_MARK] }));
    default:
      return NOTHING;
  }
}

const TEXT_COLUMNS = {
  agent: 'user_agent_id',
  rule: 'rule_id',
  detail: 'detail_id',
  error: 'error_code_id',
} as const;

function wordsTest(
  db: RequestsDatabase,
  test: Extract<QueryTest, { kind: 'words' }>,
  principalsThat: PrincipalFinder,
): RowTest {
  const { field, parts } = test;
  if (isPrincipalTest(test))
    return numbers(
      'principal_id',
      principalsThat((row) => fitsPrincipal(row, test)),
    );
  if (field === 'service') return numbers('service_id', servicesNamed(db, parts));
  if (field === 'path') return textTest(db, 'path', { how: 'contains', parts });
  if (field === 'tag') {
    const fits = (tag: string): boolean => parts.some((part) => tag === part || tag.startsWith(`${part}=`));
    return numbers('tags_id', db.texts.tagLists(fits));
  }
  const column = Object.entries(TEXT_COLUMNS).find(([name]) => name === field)?.[1];
  if (column === undefined) return NOTHING;
  return numbers(column, db.texts.matching({ how: 'containsAnyCase', parts: parts.map(foldCase) }));
}

const NUMBER_COLUMNS = {
  status: { column: 'response_status', factor: 1 },
  ms: { column: 'duration_us', factor: 1_000 },
  bytes: { column: 'response_bytes', factor: 1 },
  cost: { column: 'cost', factor: 1 },
} as const;

function numberTest(test: Extract<QueryTest, { kind: 'number' }>, principalsThat: PrincipalFinder): RowTest {
  if (isPrincipalTest(test))
    return numbers(
      'principal_id',
      principalsThat((row) => fitsPrincipal(row, test)),
    );
  const target = Object.entries(NUMBER_COLUMNS).find(([name]) => name === test.field)?.[1];
  if (target === undefined) return NOTHING;
  const anyOf = test.anyOf.map((all) =>
    all.map(({ operator, value }) => ({ operator, value: value * target.factor })),
  );
  return { kind: 'compare', column: target.column, anyOf, orNone: test.orNone };
}

function plainTextTest(db: RequestsDatabase, text: string, principalsThat: PrincipalFinder): RowTest {
  const part = foldCase(text);
  const match: TextMatch = { how: 'containsAnyCase', parts: [part] };
  const textIds = db.texts.matching(match);
  const named = principalsThat((row) =>
    [row.keyId, row.keyName, row.partner, row.application].some((name) => foldCase(name).includes(part)),
  );
  return {
    kind: 'any',
    tests: [
      { kind: 'text', column: 'path', textIds, match },
      { kind: 'text', column: 'client_ip', textIds, match },
      numbers('user_agent_id', textIds),
      numbers(
        'principal_id',
        named.filter((id) => id !== NO_KEY_PRINCIPAL),
      ),
    ],
  };
}

function textTest(db: RequestsDatabase, column: 'path' | 'client_ip', match: TextMatch): RowTest {
  return { kind: 'text', column, textIds: db.texts.matching(match), match };
}

function numbers(column: Extract<RowTest, { kind: 'numbers' }>['column'], list: readonly number[]): RowTest {
  return { kind: 'numbers', column, numbers: list };
}
