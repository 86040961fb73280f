import { tokenText } from './query-text.ts';
import { requestSearch, type RequestSearch } from './request-search.ts';

/** What the query bar shows for an address: filters that other pages link to stand in it as tokens. */
export function barText(search: RequestSearch): string {
  const linked = [
    search.key && tokenText('key', [search.key]),
    search.application && tokenText('application', [search.application]),
    search.partner && tokenText('partner', [search.partner]),
    search.service && tokenText('service', [search.service]),
    search.outcome && tokenText('outcome', [search.outcome]),
    search.code && tokenText('code', search.code),
    search.status && tokenText('status', [search.status]),
    search.method && tokenText('method', [search.method]),
    search.path && tokenText('path', [search.path]),
    search.ip && tokenText('ip', [search.ip]),
    search.secret !== undefined && tokenText('secret', [String(search.secret)]),
    search.observed && tokenText('observed', ['yes']),
    search.id && tokenText('id', [search.id]),
    search.q,
  ];
  return linked.filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** The address once the bar holds this text: all of it in one field. */
export function withBarText(search: RequestSearch, text: string): RequestSearch {
  const { env, range, from, to, row, cols, live } = search;
  return requestSearch.parse({
    env,
    range,
    from,
    to,
    row,
    cols,
    live,
    q: text.trim() === '' ? undefined : text.trim(),
  });
}
