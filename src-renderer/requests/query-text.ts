import type { QueryFieldName } from '#contract/query-fields.ts';
import { quoteValue } from '#contract/query-words.ts';
import { parseRequestQuery, type QueryToken } from '#contract/request-query.ts';

/** The part of a query that means something: a token with a problem is left out until it is mended. */
export function validQuery(text: string): string {
  return joined(
    parseRequestQuery(text).filter(({ problem }) => problem === null),
    text,
  );
}

/** Does a query say since or until? */
export function hasQueryTimes(text: string): boolean {
  return parseRequestQuery(text).some(({ test }) => test?.kind === 'moment');
}

/** The query without its times, for when a range is picked. */
export function withoutTimes(text: string): string {
  return joined(
    parseRequestQuery(text).filter(({ test }) => test?.kind !== 'moment'),
    text,
  );
}

/** The query without its last token, for when nothing matches. */
export function withoutLastToken(text: string): string {
  return joined(parseRequestQuery(text).slice(0, -1), text);
}

/** A token of one field as it has to be typed. */
export function tokenText(field: QueryFieldName, values: readonly string[], isNegated = false): string {
  return `${isNegated ? '-' : ''}${field}:${values.map(quoteValue).join(',')}`;
}

/** Every value that the tokens of a field ask for or exclude. */
export function tokenValues(text: string, field: QueryFieldName): readonly string[] {
  const tokens = parseRequestQuery(text).filter(({ name, problem }) => name === field && problem === null);
  return [...new Set(tokens.flatMap(({ values }) => values))];
}

/** How a value stands in a query. */
export type ValueState = 'included' | 'excluded' | 'open';

/** Is a value of a field asked for, or excluded, by a token of its own or in a list? */
export function valueState(text: string, field: QueryFieldName, value: string): ValueState {
  for (const token of parseRequestQuery(text)) {
    if (token.name === field && token.values.includes(value))
      return token.isNegated ? 'excluded' : 'included';
  }
  return 'open';
}

/** Asks for a value of a field or excludes it; what was asked for like that already is taken away again. Several values of one field
 *  join in one token. */
export function toggleValue(
  text: string,
  field: QueryFieldName,
  value: string,
  how: 'include' | 'exclude',
): string {
  const isNegated = how === 'exclude';
  const tokens = parseRequestQuery(text);
  const parts: string[] = [];
  let isDone = false;
  for (const token of tokens) {
    const own = text.slice(token.start, token.end);
    if (token.name !== field || token.problem !== null) {
      parts.push(own);
      continue;
    }
    const hadIt = token.values.includes(value);
    const rest = token.values.filter((other) => other !== value);
    if (token.isNegated !== isNegated) {
      // Excluding takes it out of what is asked for, and the other way round.
      if (!hadIt) parts.push(own);
      else if (rest.length > 0) parts.push(tokenText(field, rest, token.isNegated));
      continue;
    }
    if (isDone) {
      parts.push(own);
      continue;
    }
    isDone = true;
    const next = hadIt ? rest : [...token.values, value];
    if (next.length > 0) parts.push(tokenText(field, next, isNegated));
  }
  if (!isDone) parts.push(tokenText(field, [value], isNegated));
  return parts.join(' ');
}

function joined(tokens: readonly QueryToken[], text: string): string {
  return tokens.map(({ start, end }) => text.slice(start, end)).join(' ');
}
