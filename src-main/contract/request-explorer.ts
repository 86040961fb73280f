import { z } from 'zod';
import { cursor, keyId, pageLimit, requestId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';
import { REQUEST_PAGE_MAX, requestFilter, requestRow, STATUS_CLASSES } from './requests.ts';
import { scanFields } from './scan.ts';
import { decisionCode } from './verify.ts';

/** Columns of the histogram above the log, at most. */
export const SURVEY_BUCKETS_MAX = 120;
/** Values of one facet that are listed. */
export const FACET_VALUES_MAX = 12;
/** Rows before and after a request that `requests.context` gives, at most. */
export const CONTEXT_ROWS_MAX = 50;

const facetOf = <Value extends z.ZodType>(value: Value) =>
  z
    .object({
      /** Most frequent first, at most FACET_VALUES_MAX. null = rows without such a value. */
      values: z
        .array(z.object({ value: value.nullable(), label: z.string(), count: z.int() }).readonly())
        .readonly(),
      /** How many values there are in all. */
      total: z.int(),
    })
    .readonly();

/** What the rows of a filter are, counted. */
export const requestSurvey = z
  .object({
    /** Matching rows; at least so many unless `isExact`. */
    matched: z.int(),
    isExact: z.boolean(),
    bucketMs: z.int(),
    /** Ascending, no gaps. */
    buckets: z
      .array(z.object({ bucketStart: timestampMs, allowed: z.int(), refused: z.int() }).readonly())
      .readonly(),
    /** Buckets before this moment are not counted, or not to their ends; null = all are. */
    countedFrom: timestampMs.nullable(),
    /** What `facets` are counted from: so many of the newest matching rows, back to this moment (null = all of them). */
    sample: z.object({ rows: z.int(), from: timestampMs.nullable() }).readonly(),
    facets: z
      .object({
        outcome: facetOf(decisionCode),
        status: facetOf(z.enum(STATUS_CLASSES)),
        method: facetOf(z.string()),
        key: facetOf(keyId),
        /** Method and template of the catalogue, else the path as it was. */
        endpoint: facetOf(z.string()),
        caller: facetOf(z.string()),
      })
      .readonly(),
  })
  .readonly();
export type RequestSurvey = z.infer<typeof requestSurvey>;

export const requestExplorerProcedures = {
  /** Facets and histogram of the rows that match, counted from the newest on for at most `budgetMs`. Where roll-ups know the answer, the
   *  histogram is whole at once. */
  'requests.survey': query(
    'viewer',
    z.strictObject({
      filter: requestFilter.default({}),
      buckets: z.int().min(1).max(SURVEY_BUCKETS_MAX).default(60),
      ...scanFields,
    }),
    requestSurvey,
  ),
  /** Rows that came after a cursor, oldest first; without one, the newest rows and where to go on. More than `limit`: every nth. */
  'requests.tail': query(
    'viewer',
    z.strictObject({
      filter: requestFilter.default({}),
      after: cursor.optional(),
      limit: pageLimit(REQUEST_PAGE_MAX),
    }),
    z.object({
      items: z.array(requestRow).readonly(),
      /** Matching rows since the cursor, also those left out of `items`. */
      matched: z.int(),
      /** `items` are every nth of them; 1 = all. */
      every: z.int(),
      after: cursor,
      /** More follow already: ask again at once. */
      hasMore: z.boolean(),
    }),
  ),
  /** Rows around a request of the same key or the same client address, newest first. */
  'requests.context': query(
    'viewer',
    z.strictObject({
      requestId,
      of: z.enum(['key', 'caller']),
      count: z.int().min(1).max(CONTEXT_ROWS_MAX).default(10),
    }),
    z.object({
      newer: z.array(requestRow).readonly(),
      older: z.array(requestRow).readonly(),
      /** Both were searched as far as the log goes, or were found in full. */
      isWhole: z.boolean(),
    }),
    ['REQUEST_NOT_FOUND'],
  ),
  /** Ends a search that its caller gave a `searchId`: it answers with what it has. Nothing happens when there is none. */
  'requests.stopSearch': query(
    'viewer',
    z.strictObject({ searchId: scanFields.searchId.unwrap() }),
    z.object({ searchId: z.string() }),
  ),
} as const;
