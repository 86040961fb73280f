import {
  DECISION_CODES,
  logEntry,
  logResponse,
  problem,
  verifyBatchRequest,
  verifyRequest,
  verifyResponse,
} from '#contract/verify.ts';
import { lookupRequest, lookupResponse } from '#contract/lookup.ts';
import { logEntriesRequest } from './log-route.ts';
import { eventPaths } from './openapi-events.ts';
import { HOLDER_SECURITY, holderPaths, holderSchemas } from './openapi-holder.ts';
import { dialectPaths, dialectSchemas, INTROSPECT_SECURITY } from './openapi-dialects.ts';
import { pagePaths } from './openapi-pages.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { VERIFY_REQUEST_TEXT } from './openapi-verify-text.ts';
import { COMMON, content, problems, ref, schema } from './openapi-parts.ts';
import { NDJSON_TYPES } from './service-policy.ts';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 of the service listener, made from the schemas that validate. */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey service API',
      version,
      description: `Ask whether a request may pass, and report what became of it. Codes of a decision: ${DECISION_CODES.join(', ')}.`,
    },
    servers: [{ url: '/' }],
    paths: {
      ...verifyPaths(),
      ...lookupPaths(),
      ...logPaths(),
      ...dialectPaths(),
      ...holderPaths(),
      ...eventPaths(),
      ...otherPaths(),
    },
    components: {
      securitySchemes: {
        serviceToken: { type: 'http', scheme: 'bearer', description: 'A service token, lks_…' },
        ...HOLDER_SECURITY,
        ...INTROSPECT_SECURITY,
      },
      schemas: {
        VerifyRequest: {
          description: VERIFY_REQUEST_TEXT,
          ...schema(verifyRequest, 'input'),
        },
        VerifyResponse: schema(verifyResponse, 'output'),
        VerifyBatchRequest: schema(verifyBatchRequest, 'input'),
        LookupRequest: schema(lookupRequest, 'input'),
        LookupResponse: schema(lookupResponse, 'output'),
        LogEntry: schema(logEntry, 'input'),
        LogEntries: schema(logEntriesRequest, 'input'),
        LogResponse: schema(logResponse, 'output'),
        Problem: schema(problem, 'output'),
        ...dialectSchemas(),
        ...holderSchemas(),
      },
    },
  };
}

const UNVERIFIED_ITEM = {
  type: 'object',
  required: ['valid', 'code', 'status', 'error'],
  properties: {
    valid: { const: false },
    code: { enum: ['BAD_REQUEST', 'UNKNOWN_FIELD', 'SERVICE_THROTTLED', 'VERIFY_UNAVAILABLE'] },
    status: { enum: [400, 429, 503] },
    error: ref('Problem'),
  },
} as const;

const VERIFY_TEXT = [
  'Answers 200 whenever the check ran; `valid` and `code` say what came of it and `status` what to answer the caller. A refusal spends nothing.',
  '`rateLimit` is the tightest of all rate limits; `rateLimits` holds each of them where there are named ones, the one without a name as `default`. `warnings` says what the caller’s developers should know although the request was answered: shares of a quota, soft limits that were exceeded, bindings that are only observed, an end that is near.',
  'Paths of rules: `*` and `{name}` stand for one segment, `**` at the end for the rest: `/inventory/**` matches `/inventory/` and what is below it, but not `/inventory` itself; give that a rule of its own. A deny rule wins; without an allow rule the request is refused. Case and a trailing slash matter; the query string does not.',
].join('\n\n');

function verifyPaths(): Json {
  const security = [{ serviceToken: [] }];
  return {
    '/v1/verify': {
      post: {
        operationId: 'verify',
        summary: 'May this request pass?',
        description: VERIFY_TEXT,
        security,
        requestBody: { required: true, content: content(ref('VerifyRequest'), EXAMPLES.verifyRequest) },
        responses: {
          '200': {
            description: 'The decision.',
            content: content(ref('VerifyResponse'), EXAMPLES.verifyResponse),
          },
          ...problems(...COMMON),
        },
      },
    },
    '/v1/verify/batch': {
      post: {
        operationId: 'verifyBatch',
        summary: 'Up to 100 verifications, answered in order',
        security,
        requestBody: { required: true, content: content(ref('VerifyBatchRequest')) },
        responses: {
          '200': {
            description:
              'One entry an item: the decision; or, when the item could not be verified, `valid: false` with a problem in `error`, whose `code` and `status` stand beside it.',
            content: content({
              type: 'object',
              required: ['items'],
              properties: {
                items: {
                  type: 'array',
                  items: {
                    anyOf: [ref('VerifyResponse'), UNVERIFIED_ITEM],
                  },
                },
              },
            }),
          },
          ...problems(...COMMON),
        },
      },
    },
  };
}

function lookupPaths(): Json {
  return {
    '/v1/lookup': {
      post: {
        operationId: 'lookup',
        summary: 'Whose key is this, how is it and what has it left?',
        description:
          'Spends nothing, is no use of the key and is not in the log. A key that holds no scope or rule at the calling service is answered like one that does not exist.',
        security: [{ serviceToken: [] }],
        requestBody: { required: true, content: content(ref('LookupRequest')) },
        responses: {
          '200': {
            description: 'What is known about it.',
            content: content(ref('LookupResponse'), EXAMPLES.lookupResponse),
          },
          ...problems(...COMMON),
        },
      },
    },
  };
}

function logPaths(): Json {
  return {
    '/v1/log': {
      post: {
        operationId: 'log',
        summary: 'Report what became of requests',
        description:
          'With `requestId` a report joins its decision; the first report stands. Without, `keyId`, `method` and `path` name a request that was verified elsewhere.',
        security: [{ serviceToken: [] }],
        requestBody: {
          required: true,
          content: {
            ...content({ anyOf: [ref('LogEntry'), ref('LogEntries')] }, EXAMPLES.logRequest),
            ...Object.fromEntries(
              NDJSON_TYPES.map((type) => [
                type,
                { schema: { type: 'string', description: 'One LogEntry a line.' } },
              ]),
            ),
          },
        },
        responses: {
          '202': { description: 'Which entries were taken.', content: content(ref('LogResponse')) },
          ...problems(...COMMON),
        },
      },
    },
  };
}

/** Health, monitoring, and who it is that answers; then the pages for people. */
function otherPaths(): Json {
  const get = (operationId: string, summary: string, more: Json = {}) => ({
    get: { operationId, summary, responses: { '200': { description: summary } }, ...more },
  });
  return {
    '/healthz': get('health', 'The process lives.'),
    '/readyz': get('ready', 'A verification can be decided.', {
      responses: {
        '200': { description: 'Ready.' },
        '503': { description: 'Not ready; `notReady` says why.' },
      },
    }),
    '/metrics': get('metrics', 'Figures for monitoring, in the Prometheus text format.', {
      description: 'For a service token or an admin token.',
      security: [{ serviceToken: [] }],
      responses: {
        '200': { description: 'Metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
        ...problems('401', '503'),
      },
    }),
    '/openapi.json': get('openapi', 'This document.'),
    '/v1/whoami': get('whoami', 'Whose token this is.', {
      description: 'For a service token or an admin token.',
      security: [{ serviceToken: [] }],
      responses: { '200': { description: 'A service or an admin token.' }, ...problems('401', '503') },
    }),
    '/identity': get('identity', 'Proof that this instance answers.', {
      parameters: [{ name: 'n', in: 'query', required: true, schema: { type: 'string' } }],
      responses: { '200': { description: 'A keyed hash of the nonce.' }, ...problems('400') },
    }),
    ...pagePaths(),
  };
}
