import { z } from 'zod';
import { ENVIRONMENTS } from '#contract/key-policy.ts';
import { applicationId, keyId, partnerId, requestId, serviceId, timestampMs } from '#contract/ids.ts';
import { STATUS_CLASSES, type RequestFilter } from '#contract/requests.ts';
import { METHODS } from '#contract/http-methods.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { QUERY_CHARACTERS_MAX } from '#contract/request-query.ts';
import { looksLikeKey } from '#renderer/keys/keys-search.ts';
import { commaList, optionalText, optionalWord } from '#renderer/format/search.ts';
import { hasQueryTimes, validQuery } from './query-text.ts';

/** Ranges of the log that a person can pick; `custom` goes with `from` and `to`, `all` has no edge. */
export const LOG_RANGES = ['15m', '1h', '24h', '7d', '30d', 'all', 'custom'] as const;
export type LogRange = (typeof LOG_RANGES)[number];
export const DEFAULT_LOG_RANGE: LogRange = '24h';

const RANGE_MS: Readonly<Partial<Record<LogRange, number>>> = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};

const queryText = z
  .string()
  .trim()
  .min(1)
  .max(QUERY_CHARACTERS_MAX)
  .refine((text) => !looksLikeKey(text))
  .optional()
  .catch(undefined);

const columnList = z
  .string()
  .regex(/^[a-zA-Z]{1,24}(?:,[a-zA-Z]{1,24}){0,39}$/)
  .optional()
  .catch(undefined);

/** Everything about the request log that the address bar holds. What cannot be read is left out, never an error. */
export const requestSearch = z.object({
  key: keyId.optional().catch(undefined),
  application: applicationId.optional().catch(undefined),
  partner: partnerId.optional().catch(undefined),
  service: serviceId.optional().catch(undefined),
  env: optionalWord(ENVIRONMENTS),
  outcome: optionalWord(['allowed', 'refused']),
  code: commaList(DECISION_CODES).optional(),
  status: optionalWord(STATUS_CLASSES),
  method: optionalWord(METHODS),
  path: optionalText,
  /** Only what bindings that are merely observed would have refused. */
  observed: optionalWord(['yes']),
  ip: z.string().trim().min(1).max(64).optional().catch(undefined),
  secret: z.coerce.number().int().min(1).optional().catch(undefined),
  id: requestId.optional().catch(undefined),
  /** What else is asked, as people type it. Never with the text of a key. */
  q: queryText,
  /** Columns that are shown, in their order; absent = the usual ones. */
  cols: columnList,
  /** The log is followed. */
  live: optionalWord(['on']),
  range: optionalWord(LOG_RANGES),
  from: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
  to: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
  /** The request shown beside the list. */
  row: requestId.optional().catch(undefined),
});
export type RequestSearch = z.output<typeof requestSearch>;

/** The range a search means: explicit moments win over a preset. */
export function logRange(search: RequestSearch): LogRange {
  if (search.range === 'custom' || search.from !== undefined || search.to !== undefined) return 'custom';
  return search.range ?? DEFAULT_LOG_RANGE;
}

/**
 * The server's filter for a search. A preset starts at a whole minute, so that the same view asks the same question
 * for a minute; it has no end, so that new rows belong to it.
 */
export function requestFilterOf(search: RequestSearch, nowMs: number): RequestFilter {
  const query = validQuery(search.q ?? '');
  // Times that are typed win over the picked range.
  const range = hasQueryTimes(query) ? 'all' : logRange(search);
  const lengthMs = RANGE_MS[range];
  const presetFrom =
    lengthMs === undefined
      ? undefined
      : timestampMs.parse(Math.max(0, Math.floor((nowMs - lengthMs) / MINUTE_MS) * MINUTE_MS));
  const from = range === 'custom' ? search.from : presetFrom;
  const to = range === 'custom' ? search.to : undefined;
  return {
    ...(search.key && { keyId: search.key }),
    ...(search.application && { applicationId: search.application }),
    ...(search.partner && { partnerId: search.partner }),
    ...(search.service && { serviceId: search.service }),
    ...(search.env && { environment: search.env }),
    ...(search.outcome && { outcome: search.outcome }),
    ...(search.code && { code: search.code }),
    ...(search.status && { responseStatusClass: search.status }),
    ...(search.method && { method: search.method }),
    ...(search.path && { pathContains: search.path }),
    ...(search.observed && { observed: true }),
    ...(search.ip && { clientIp: search.ip }),
    ...(search.secret !== undefined && { secretVersion: search.secret }),
    ...(search.id && { requestId: search.id }),
    ...(query !== '' && { query }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** Is anything set that hides rows, beside the default range? Decides between "no traffic" and "no match". */
export function isNarrowed(search: RequestSearch): boolean {
  const { row: _row, range: _range, cols: _cols, live: _live, ...rest } = search;
  return Object.values(rest).some((value) => value !== undefined);
}

/** A search with every filter taken away, for "Clear filters"; the opened row goes too. */
export const CLEARED_SEARCH: RequestSearch = requestSearch.parse({});
