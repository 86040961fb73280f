import { sql, type RawBuilder } from 'kysely';
import type { Comparison } from '#contract/request-query.ts';

/** How a text is compared with parts; any one part is enough. `contains` letter by letter, `containsAnyCase` with ASCII letters folded
 *  (parts already are), `network` as addresses, `template` as paths. */
export interface TextMatch {
  readonly how: 'contains' | 'containsAnyCase' | 'network' | 'template';
  readonly parts: readonly string[];
}

/** One thing asked of a row. Negated, it holds for rows that have no such value, too. */
export type RowTest =
  | { readonly kind: 'numbers'; readonly column: NumberColumn; readonly numbers: readonly number[] }
  /** A text that is the number of one that repeats, or stands in the row itself. */
  | {
      readonly kind: 'text';
      readonly column: 'path' | 'client_ip';
      readonly textIds: readonly number[];
      readonly match: TextMatch;
    }
  | {
      readonly kind: 'compare';
      readonly column: 'response_status' | 'duration_us' | 'response_bytes' | 'cost';
      readonly anyOf: readonly (readonly Comparison[])[];
      readonly orNone: boolean;
    }
  | { readonly kind: 'reported' }
  | { readonly kind: 'not'; readonly test: RowTest }
  | { readonly kind: 'any' | 'all'; readonly tests: readonly RowTest[] };

type NumberColumn =
  | 'principal_id'
  | 'service_id'
  | 'code'
  | 'method_id'
  | 'user_agent_id'
  | 'rule_id'
  | 'detail_id'
  | 'tags_id'
  | 'error_code_id';

const TEXT_IDS = { path: 'path_id', client_ip: 'client_ip_id' } as const;

/** A test as SQL on the row `r`: true, false, never NULL. */
export function testExpression(test: RowTest): RawBuilder<boolean> {
  switch (test.kind) {
    case 'numbers':
      return sql<boolean>`IFNULL(${isIn(sql.ref(`r.${test.column}`), test.numbers)}, 0)`;
    case 'text': {
      const isKnown = isIn(sql.ref(`r.${TEXT_IDS[test.column]}`), test.textIds);
      return sql<boolean>`(${isKnown} OR IFNULL(${matchExpression(sql.ref(`r.${test.column}`), test.match)}, 0))`;
    }
    case 'compare':
      return compareExpression(test);
    case 'reported':
      return sql<boolean>`${sql.ref('r.request_id')} IS NULL`;
    case 'not':
      return sql<boolean>`NOT ${testExpression(test.test)}`;
    default: {
      const parts = test.tests.map(testExpression);
      const none = sql<boolean>`${sql.lit(test.kind === 'all' ? 1 : 0)}`;
      const joint = test.kind === 'all' ? sql` AND ` : sql` OR `;
      return parts.length === 0 ? none : sql<boolean>`(${sql.join(parts, joint)})`;
    }
  }
}

/** A list as one parameter, so that its length does not make another statement. */
export function isIn(column: ReturnType<typeof sql.ref>, numbers: readonly number[]): RawBuilder<boolean> {
  return sql<boolean>`${column} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
}

function matchExpression(column: ReturnType<typeof sql.ref>, match: TextMatch): RawBuilder<boolean> {
  const one = (part: string): RawBuilder<boolean> => {
    switch (match.how) {
      case 'contains':
        return sql<boolean>`instr(${column}, ${part}) > 0`;
      case 'containsAnyCase':
        return sql<boolean>`instr(lower(${column}), ${part}) > 0`;
      case 'network':
        return sql<boolean>`in_network(${column}, ${part})`;
      case 'template':
        return sql<boolean>`fits_template(${column}, ${part})`;
    }
  };
  return sql<boolean>`(${sql.join(match.parts.map(one), sql` OR `)})`;
}

const OPERATORS = {
  '=': sql`=`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
} as const;

function compareExpression(test: Extract<RowTest, { kind: 'compare' }>): RawBuilder<boolean> {
  const column = sql.ref(`r.${test.column}`);
  const choices = test.anyOf.map(
    (comparisons) =>
      sql<boolean>`(${sql.join(
        comparisons.map(({ operator, value }) => sql`${column} ${OPERATORS[operator]} ${value}`),
        sql` AND `,
      )})`,
  );
  if (test.orNone) choices.push(sql<boolean>`${column} IS NULL`);
  return sql<boolean>`IFNULL((${sql.join(choices, sql` OR `)}), 0)`;
}
