import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestSearch } from '#renderer/requests/request-search.ts';
import {
  fullLogSearch,
  keyDetailSearch,
  requestSearchOf,
  tabSearch,
  withRequestSearch,
} from './key-detail-search.ts';
import { key } from './shown-key.test-support.ts';

describe('key page in the address bar', () => {
  it('keeps the request filters through the key page and back', () => {
    const search = fc.record(
      {
        outcome: fc.constantFrom('allowed', 'refused'),
        status: fc.constantFrom('2xx', '5xx'),
        method: fc.constantFrom('GET', 'DELETE'),
        path: fc.constantFrom('/offers', '/x'),
        range: fc.constantFrom('1h', 'all'),
        row: fc.constant('req_1'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(search, (raw) => {
        const requests = requestSearch.parse(raw);
        const address = withRequestSearch(keyDetailSearch.parse({ tab: 'requests', range: '7d' }), requests);
        expect(keyDetailSearch.parse(address)).toMatchObject({ tab: 'requests', range: '7d' });
        expect(requestSearch.parse(requestSearchOf(keyDetailSearch.parse(address)))).toEqual(requests);
      }),
    );
  });

  it('leads to the same rows in the log over all keys', () => {
    const search = keyDetailSearch.parse({ method: 'GET', log: '1h' });
    expect(requestSearch.parse(fullLogSearch(search, key.keyId))).toMatchObject({
      key: key.keyId,
      method: 'GET',
      range: '1h',
    });
  });

  it('keeps what was brushed and the charts’ range when another view is chosen, and no other filter', () => {
    const search = keyDetailSearch.parse({
      tab: 'traffic',
      range: 'custom',
      since: 1_000,
      until: 9_000,
      from: 2_000,
      to: 3_000,
      method: 'GET',
    });
    expect(tabSearch(search, 'requests')).toMatchObject({
      tab: 'requests',
      log: 'custom',
      range: 'custom',
      since: 1_000,
      until: 9_000,
      from: 2_000,
      to: 3_000,
    });
    expect(tabSearch(search, 'requests').method).toBeUndefined();
    expect(tabSearch(keyDetailSearch.parse({ range: '7d' }), 'requests').log).toBeUndefined();
    expect(requestSearchOf(search)).not.toHaveProperty('since');
  });
});
