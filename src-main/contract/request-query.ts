import { z } from 'zod';
import { requestId } from './ids.ts';
import { METHODS } from './http-methods.ts';
import { findQueryField, OUTCOME_NAMES, type QueryField, type QueryFieldName } from './query-fields.ts';
import { splitQuery, type QueryWord } from './query-words.ts';
import { DECISION_CODES, type DecisionCode } from './verify.ts';

/** Longest query, characters. */
export const QUERY_CHARACTERS_MAX = 2_000;
const TOKENS_MAX = 40;
const VALUES_MAX = 40;

const OPERATORS = ['=', '<', '<=', '>', '>='] as const;

/** `value` compared with what a row has. */
export interface Comparison {
  readonly operator: (typeof OPERATORS)[number];
  readonly value: number;
}

/** What a token asks of a row. Of several values any one is enough. */
export type QueryTest =
  /** Plain text: part of path, key, partner, application, address or agent. */
  | { readonly kind: 'text'; readonly part: string }
  | { readonly kind: 'words'; readonly field: QueryFieldName; readonly parts: readonly string[] }
  | {
      readonly kind: 'number';
      readonly field: QueryFieldName;
      /** Each is a list of comparisons that hold together. */
      readonly anyOf: readonly (readonly Comparison[])[];
      /** A row without the number is enough too. */
      readonly orNone: boolean;
    }
  | { readonly kind: 'codes'; readonly codes: readonly DecisionCode[] }
  | { readonly kind: 'methods'; readonly methods: readonly string[] }
  | { readonly kind: 'networks'; readonly networks: readonly string[] }
  | { readonly kind: 'templates'; readonly templates: readonly EndpointTemplate[] }
  | { readonly kind: 'moment'; readonly edge: 'since' | 'until'; readonly moment: Moment }
  | { readonly kind: 'source'; readonly isReported: boolean }
  | { readonly kind: 'environment'; readonly environment: 'live' | 'test' }
  | { readonly kind: 'observed' }
  | { readonly kind: 'id'; readonly requestId: z.infer<typeof requestId> };

/** A method (null = any) and a path in which `{name}` stands for one segment. */
export interface EndpointTemplate {
  readonly method: string | null;
  readonly path: string;
}

/** So long before now, or a moment. */
export type Moment = { readonly agoMs: number } | { readonly atMs: number };

/** One word of a query with what it means, or why it means nothing. */
export interface QueryToken extends QueryWord {
  readonly test: QueryTest | null;
  /** One sentence for whoever typed it; null when all is well. */
  readonly problem: string | null;
}

/** Reads a query of the request log. All tokens hold together; what is wrong with one is told at that token. Pure: relative moments
 *  stay relative. Never throws. */
export function parseRequestQuery(text: string): readonly QueryToken[] {
  return splitQuery(text).map((word, index): QueryToken => {
    const judged = index < TOKENS_MAX ? judge(word) : `At most ${String(TOKENS_MAX)} conditions at once.`;
    return typeof judged === 'string'
      ? { ...word, test: null, problem: judged }
      : { ...word, test: judged, problem: null };
  });
}

/** The query of a filter: every token must mean something. */
export const requestQuery = z
  .string()
  .max(QUERY_CHARACTERS_MAX)
  .superRefine((text, context) => {
    for (const token of parseRequestQuery(text)) {
      if (token.problem !== null) {
        context.addIssue({
          code: 'custom',
          message: `${text.slice(token.start, token.end)}: ${token.problem}`,
        });
      }
    }
  });

function judge(word: QueryWord): QueryTest | string {
  if (word.isOpen) return 'The quote is not closed.';
  const { name, values } = word;
  if (name === null) {
    const [part = ''] = values;
    return part === '' ? 'Nothing stands between the quotes.' : { kind: 'text', part };
  }
  const field = findQueryField(name);
  if (field === undefined) return `There is no field “${name}”. Put quotes around it to search for the text.`;
  if (values.every((value) => value === ''))
    return `Say what ${field.name} should be, for example ${field.example}.`;
  if (values.includes('')) return 'A value is missing beside the comma.';
  if (values.length > VALUES_MAX) return `At most ${String(VALUES_MAX)} values at once.`;
  if (word.isNegated && (field.kind === 'moment' || field.kind === 'observed' || field.kind === 'id'))
    return `${field.name} cannot be turned round with -.`;
  return testOf(field, values);
}

type NamedField = QueryField & { readonly name: QueryFieldName };

function testOf(field: NamedField, values: readonly string[]): QueryTest | string {
  switch (field.kind) {
    case 'words':
      return { kind: 'words', field: field.name, parts: values };
    case 'number':
      return numberTest(field, values);
    case 'codes':
      return codesTest(field, values);
    case 'method':
      return methodsTest(values);
    case 'network':
      return networksTest(values);
    case 'template':
      return templatesTest(values);
    default:
      return values.length > 1 ? `${field.name} takes one value.` : singleTest(field, values[0] ?? '');
  }
}

function singleTest(field: NamedField, value: string): QueryTest | string {
  switch (field.kind) {
    case 'moment': {
      const moment = readMoment(value);
      if (moment === null) return 'Write a time such as 15m, 2h, 7d, 2026-11-22 or 2026-11-22T08:00Z (UTC).';
      return { kind: 'moment', edge: field.name === 'since' ? 'since' : 'until', moment };
    }
    case 'source':
      if (value !== 'verified' && value !== 'reported') return 'Write verified or reported.';
      return { kind: 'source', isReported: value === 'reported' };
    case 'environment':
      if (value !== 'live' && value !== 'test') return 'Write live or test.';
      return { kind: 'environment', environment: value };
    case 'observed':
      return value === 'yes' ? { kind: 'observed' } : 'Write observed:yes.';
    default: {
      const id = requestId.safeParse(value);
      return id.success ? { kind: 'id', requestId: id.data } : 'This is not the id of a request.';
    }
  }
}

function numberTest(field: NamedField, values: readonly string[]): QueryTest | string {
  const anyOf: (readonly Comparison[])[] = [];
  let orNone = false;
  for (const value of values) {
    const comparisons = readComparisons(field.name, value.toLowerCase());
    if (value === 'none' && field.name !== 'cost' && field.name !== 'secret') orNone = true;
    else if (comparisons === null) {
      return field.name === 'status'
        ? 'Write a status such as 404, 4xx, >=500, 400..499 or none.'
        : 'Write a number such as 200, >200, <=50 or 100..200.';
    } else anyOf.push(comparisons);
  }
  return { kind: 'number', field: field.name, anyOf, orNone };
}

function readComparisons(field: string, value: string): readonly Comparison[] | null {
  const statusClass = field === 'status' ? /^([1-5])xx$/.exec(value)?.[1] : undefined;
  if (statusClass !== undefined) {
    const first = Number(statusClass) * 100;
    return [
      { operator: '>=', value: first },
      { operator: '<', value: first + 100 },
    ];
  }
  const range = /^(\d{1,12}(?:\.\d{1,3})?)\.\.(\d{1,12}(?:\.\d{1,3})?)$/.exec(value);
  if (range !== null) {
    return [
      { operator: '>=', value: Number(range[1]) },
      { operator: '<=', value: Number(range[2]) },
    ];
  }
  const single = /^(<=|>=|<|>|=)?(\d{1,12}(?:\.\d{1,3})?)$/.exec(value);
  if (single === null) return null;
  return [{ operator: OPERATORS.find((known) => known === single[1]) ?? '=', value: Number(single[2]) }];
}

function codesTest(field: NamedField, values: readonly string[]): QueryTest | string {
  const codes = new Set<DecisionCode>();
  for (const value of values) {
    const named = field.name === 'outcome' ? OUTCOME_NAMES[value.toLowerCase()] : undefined;
    const known = DECISION_CODES.find((code) => code === value.toUpperCase());
    if (named === undefined && known === undefined) {
      return `“${value}” is no ${field.name}. Choose one of ${(field.choices ?? []).slice(0, 4).join(', ')} …`;
    }
    for (const code of named ?? (known === undefined ? [] : [known])) codes.add(code);
  }
  return { kind: 'codes', codes: [...codes] };
}

function methodsTest(values: readonly string[]): QueryTest | string {
  const methods = values.map((value) => value.toUpperCase());
  const wrong = methods.find((method) => !isMethod(method));
  return wrong === undefined
    ? { kind: 'methods', methods }
    : `“${wrong}” is no method. Choose one of ${METHODS.join(', ')}.`;
}

function isMethod(text: string): boolean {
  return METHODS.some((method) => method === text);
}

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

function networksTest(values: readonly string[]): QueryTest | string {
  const wrong = values.find((value) => !network.safeParse(value).success);
  return wrong === undefined
    ? { kind: 'networks', networks: values }
    : `“${wrong}” is no address or network. Write 203.0.113.9 or 10.4.0.0/16.`;
}

function templatesTest(values: readonly string[]): QueryTest | string {
  const templates: EndpointTemplate[] = [];
  for (const value of values) {
    const match = /^(?:([A-Za-z]+)\s+)?(\/\S*)$/.exec(value.trim());
    const method = match?.[1]?.toUpperCase() ?? null;
    if (match === null || (method !== null && !isMethod(method))) {
      return 'Write a method and a path: endpoint:"GET /offers/{id}".';
    }
    templates.push({ method, path: match[2] ?? '' });
  }
  return { kind: 'templates', templates };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function readMoment(value: string): Moment | null {
  const relative = /^(\d{1,6})([smhdw])$/.exec(value);
  if (relative !== null) return { agoMs: Number(relative[1]) * (UNIT_MS[relative[2] ?? ''] ?? 0) };
  const iso = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(
    value,
  );
  if (iso === null) return null;
  const atMs = Date.parse(`${iso[1] ?? ''}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`);
  return Number.isNaN(atMs) || atMs < 0 ? null : { atMs };
}
