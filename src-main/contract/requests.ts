import { z } from 'zod';
import {
  applicationId,
  cursor,
  keyId,
  pageLimit,
  partnerId,
  requestId,
  serviceId,
  timestampMs,
} from './ids.ts';
import { query } from './procedure.ts';
import { requestQuery } from './request-query.ts';
import { scanFields } from './scan.ts';
import { METHODS } from './http-methods.ts';
import { decisionCode } from './verify.ts';

/** Classes of reported response status. */
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export const statusClass = z.enum(STATUS_CLASSES);
export type StatusClass = z.infer<typeof statusClass>;

const statusDigit = z
  .union([z.int(), z.string()])
  .transform((digit) => `${String(digit)}xx`)
  .pipe(statusClass);

/** `verified` = decided here; `reported` = verified elsewhere and only logged here. */
export const requestSource = z.enum(['verified', 'reported']);

/** One row of the request log. Times in ms UTC. */
export const requestRow = z
  .object({
    requestId,
    at: timestampMs,
    source: requestSource,
    keyId: keyId.nullable(),
    keyName: z.string().nullable(),
    environment: z.enum(['live', 'test']).nullable(),
    secretVersion: z.int().nullable(),
    applicationId: applicationId.nullable(),
    application: z.string().nullable(),
    partnerId: partnerId.nullable(),
    partner: z.string().nullable(),
    serviceId,
    service: z.string(),
    /** null when the service asked for scopes only. */
    method: z.string().nullable(),
    path: z.string().nullable(),
    code: decisionCode,
    responseStatus: z.int().nullable(),
    durationMs: z.number().nullable(),
    bytes: z.int().nullable(),
    errorCode: z.string().nullable(),
    clientIp: z.string().nullable(),
    userAgent: z.string().nullable(),
    /** The rule that decided, as text, or null. */
    rule: z.string().nullable(),
    detail: z.string().nullable(),
    latencyUs: z.number(),
    tags: z.array(z.string()).readonly(),
    /** Cost that the decision spent (0 when refused). */
    cost: z.int(),
  })
  .readonly();
export type RequestRow = z.infer<typeof requestRow>;

export const requestFilter = z.strictObject({
  keyId: keyId.optional(),
  applicationId: applicationId.optional(),
  partnerId: partnerId.optional(),
  serviceId: serviceId.optional(),
  environment: z.enum(['live', 'test']).optional(),
  code: z.union([decisionCode, z.array(decisionCode).readonly()]).optional(),
  /** `refused` = every code but VALID; `allowed` = VALID. */
  outcome: z.enum(['allowed', 'refused']).optional(),
  /** `2xx`; 2 and `2` mean the same. */
  responseStatusClass: z.union([statusClass, statusDigit]).optional(),
  method: z.string().toUpperCase().pipe(z.enum(METHODS)).optional(),
  pathContains: z.string().min(1).max(200).optional(),
  clientIp: z.string().min(1).max(64).optional(),
  /** Only requests that bindings would have refused that are only observed. */
  observed: z.literal(true).optional(),
  requestId: requestId.optional(),
  /** What else must hold, as people type it: `status:>=500 -path:/health ms:>200`. See request-query.ts. */
  query: requestQuery.optional(),
  secretVersion: z.int().min(1).optional(),
  /** Inclusive. */
  from: timestampMs.optional(),
  /** Exclusive. */
  to: timestampMs.optional(),
});
export type RequestFilter = z.infer<typeof requestFilter>;

export const REQUEST_PAGE_MAX = 500;
export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export const EXPORT_ROWS_MAX = 50_000;

export const requestProcedures = {
  /** Newest first. With a `budgetMs` a page can be short although more follow: the cursor then goes on where the search stood. */
  'requests.list': query(
    'viewer',
    z.strictObject({
      filter: requestFilter.default({}),
      cursor: cursor.optional(),
      limit: pageLimit(REQUEST_PAGE_MAX),
      ...scanFields,
    }),
    z.object({
      items: z.array(requestRow).readonly(),
      nextCursor: cursor.nullable(),
      /** Older rows than this were removed by retention; null when none were. */
      removedBefore: timestampMs.nullable(),
      /** The page is short because its time was up or it was stopped: rows were searched back to here. Else null. */
      searchedTo: timestampMs.nullable(),
    }),
  ),
  'requests.get': query('viewer', z.strictObject({ requestId }), requestRow, ['REQUEST_NOT_FOUND']),
  /** At most EXPORT_ROWS_MAX newest rows as text. CSV cells cannot start a formula. `truncated` says that more rows match. */
  'requests.export': query(
    'viewer',
    z.strictObject({
      filter: requestFilter.default({}),
      format: z.enum(EXPORT_FORMATS).default('csv'),
      limit: z.int().min(1).max(EXPORT_ROWS_MAX).default(EXPORT_ROWS_MAX),
    }),
    z.object({
      fileName: z.string(),
      mediaType: z.string(),
      content: z.string(),
      rowCount: z.int(),
      truncated: z.boolean(),
    }),
  ),
} as const;
