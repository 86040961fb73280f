import { z } from 'zod';
import { jobId, timestampMs, type KeyId } from '#contract/ids.ts';
import { optionalWord } from '#renderer/format/search.ts';
import { requestSearch, LOG_RANGES, type RequestSearch } from '#renderer/requests/request-search.ts';

/** Views of a key. */
export const KEY_TABS = [
  'traffic',
  'scopes',
  'requests',
  'secrets',
  'children',
  'handoffs',
  'history',
] as const;
export type KeyTab = (typeof KEY_TABS)[number];

/** Everything about a key's page that the address holds: the tab, the charts' range, and the filters of its requests. */
export const keyDetailSearch = requestSearch
  .omit({ key: true, partner: true, application: true, range: true, id: true })
  .extend({
    tab: optionalWord(KEY_TABS),
    range: optionalWord(['1h', '24h', '7d', '30d', 'custom']),
    /** Of the charts' custom range. */
    since: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
    until: z.coerce.number().pipe(timestampMs).optional().catch(undefined),
    /** Range of the requests; `range` is the charts'. */
    log: optionalWord(LOG_RANGES),
    /** A replay of past requests that is shown with the scopes. */
    replay: jobId.optional().catch(undefined),
    /** Number of the audit event shown in the history. */
    event: z.coerce.number().int().min(1).optional().catch(undefined),
    /** The dialog that is open over the page. */
    dialog: optionalWord(['edit']),
  });
export type KeyDetailSearch = z.output<typeof keyDetailSearch>;

/** The request log's own words for what the address says about this key's requests. */
export function requestSearchOf(search: KeyDetailSearch): RequestSearch {
  const { tab: _tab, range: _range, since: _since, until: _until, event: _event, ...others } = search;
  const { replay: _replay, dialog: _dialog, log, ...rest } = others;
  return { ...rest, range: log };
}

/** The address of another view of the key: the charts' range and what was brushed in them stay. */
export function tabSearch(search: KeyDetailSearch, tab: KeyTab): KeyDetailSearch {
  const { env, range, since, until, from, to } = search;
  const brushed = from === undefined || to === undefined ? {} : { from, to, log: 'custom' as const };
  return { ...keyDetailSearch.parse({}), env, range, since, until, ...brushed, tab };
}

/** The address after the filters of this key's requests changed. */
export function withRequestSearch(search: KeyDetailSearch, requests: RequestSearch): KeyDetailSearch {
  const { key: _key, partner: _partner, application: _application, id: _id, range: log, ...rest } = requests;
  const { tab, range, since, until, event, replay } = search;
  return { ...rest, log, tab, range, since, until, event, replay };
}

/** The address of one key's requests in the log over all keys. */
export function fullLogSearch(search: KeyDetailSearch, keyId: KeyId): RequestSearch {
  return { ...requestSearchOf(search), key: keyId };
}
