import { METHODS } from './http-methods.ts';
import { DECISION_CODES, type DecisionCode } from './verify.ts';

/** What values of a field mean. `words` are parts of a text, `number` can be compared. */
export type QueryFieldKind =
  | 'words'
  | 'number'
  | 'codes'
  | 'method'
  | 'network'
  | 'template'
  | 'moment'
  | 'source'
  | 'observed'
  | 'id'
  | 'environment';

/** A field that a query of the request log can ask for. */
export interface QueryField {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly kind: QueryFieldKind;
  /** For the completion list: what it compares. */
  readonly help: string;
  readonly example: string;
  /** Fixed values to choose from. */
  readonly choices?: readonly string[];
}

/** Words for outcomes that people use, with the codes they stand for. */
export const OUTCOME_NAMES: Readonly<Record<string, readonly DecisionCode[]>> = {
  allowed: ['VALID'],
  refused: DECISION_CODES.filter((code) => code !== 'VALID'),
  denied_scope: ['INSUFFICIENT_SCOPE'],
  denied_ip: ['IP_NOT_ALLOWED'],
  denied_origin: ['ORIGIN_NOT_ALLOWED'],
  denied_agent: ['USER_AGENT_NOT_ALLOWED'],
  denied_service: ['SERVICE_NOT_ALLOWED'],
  denied_time: ['TIME_NOT_ALLOWED'],
  denied_signature: ['SIGNATURE_NOT_ALLOWED'],
  denied_expired: ['EXPIRED'],
  denied_revoked: ['REVOKED'],
  denied_suspended: ['SUSPENDED'],
  rate_limited: ['RATE_LIMITED'],
  quota_exceeded: ['QUOTA_EXCEEDED'],
  unknown_key: ['NOT_FOUND'],
  malformed_key: ['MALFORMED'],
  missing_key: ['MISSING_KEY'],
};

/** Every field, in the order in which completion offers them. */
export const QUERY_FIELDS = [
  { name: 'key', kind: 'words', help: 'Key id or part of its name', example: 'key:offers' },
  {
    name: 'status',
    kind: 'number',
    help: 'Status that the service reported',
    example: 'status:>=500',
    choices: ['2xx', '3xx', '4xx', '5xx', '>=400', '>=500', 'none'],
  },
  {
    name: 'outcome',
    kind: 'codes',
    help: 'What the verification said',
    example: 'outcome:refused',
    choices: Object.keys(OUTCOME_NAMES),
  },
  {
    name: 'code',
    kind: 'codes',
    help: 'The same by its code',
    example: 'code:RATE_LIMITED',
    choices: DECISION_CODES,
  },
  { name: 'path', kind: 'words', help: 'Part of the path', example: 'path:/offers' },
  {
    name: 'endpoint',
    kind: 'template',
    help: 'Method and path with {name} for one segment',
    example: 'endpoint:"GET /offers/{id}"',
  },
  { name: 'method', kind: 'method', help: 'HTTP method', example: 'method:POST', choices: METHODS },
  {
    name: 'ms',
    kind: 'number',
    help: 'Duration that the service reported, milliseconds',
    example: 'ms:>200',
  },
  { name: 'ip', kind: 'network', help: 'Client address or network', example: 'ip:10.4.0.0/16' },
  { name: 'agent', kind: 'words', help: 'Part of the user agent', example: 'agent:python' },
  { name: 'partner', kind: 'words', help: 'Id or part of the name of the partner', example: 'partner:acme' },
  {
    name: 'application',
    aliases: ['app'],
    kind: 'words',
    help: 'Id or part of the name of the application',
    example: 'application:feed',
  },
  { name: 'service', kind: 'words', help: 'Id or part of the name of the service', example: 'service:trade' },
  { name: 'tag', kind: 'words', help: 'A tag, or what stands before its =', example: 'tag:version=318' },
  { name: 'since', kind: 'moment', help: 'Not older than this', example: 'since:2h' },
  { name: 'until', kind: 'moment', help: 'Older than this', example: 'until:2026-11-22T08:00Z' },
  { name: 'rule', kind: 'words', help: 'Part of the rule that decided', example: 'rule:inventory' },
  { name: 'detail', kind: 'words', help: 'Part of the detail of the decision', example: 'detail:overlap' },
  {
    name: 'error',
    kind: 'words',
    help: 'Part of the error code that the service reported',
    example: 'error:timeout',
  },
  { name: 'secret', kind: 'number', help: 'Number of the secret', example: 'secret:1' },
  {
    name: 'bytes',
    kind: 'number',
    help: 'Size of the answer that the service reported',
    example: 'bytes:>10000',
  },
  { name: 'cost', kind: 'number', help: 'Cost that was spent', example: 'cost:>1' },
  {
    name: 'env',
    kind: 'environment',
    help: 'Environment of the key',
    example: 'env:live',
    choices: ['live', 'test'],
  },
  {
    name: 'source',
    kind: 'source',
    help: 'Verified here, or only reported',
    example: 'source:reported',
    choices: ['verified', 'reported'],
  },
  {
    name: 'observed',
    kind: 'observed',
    help: 'What bindings that are only observed would have refused',
    example: 'observed:yes',
    choices: ['yes'],
  },
  { name: 'id', kind: 'id', help: 'One request', example: 'id:req_…' },
] as const satisfies readonly QueryField[];

/** Name of a field. */
export type QueryFieldName = (typeof QUERY_FIELDS)[number]['name'];

/** The field of a name or alias; undefined when there is none. */
export function findQueryField(name: string): (QueryField & { readonly name: QueryFieldName }) | undefined {
  const fields: readonly (QueryField & { readonly name: QueryFieldName })[] = QUERY_FIELDS;
  return fields.find((field) => field.name === name || field.aliases?.includes(name) === true);
}
