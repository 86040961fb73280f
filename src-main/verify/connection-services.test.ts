import { describe, expect, test } from 'vitest';
import { serviceId, timestampMs } from '#contract/ids.ts';
import type { ServiceTokenRow } from '#main/sqlite/verify-queries.ts';
import { ConnectionServices } from './connection-services.ts';

const SERVICE: ServiceTokenRow = {
  id: serviceId.parse('svc_0000000000000001'),
  name: 'Trade',
  slug: 'trade',
  verifyPerSecondMax: null,
  keepLiveSeconds: 0,
  keepTestSeconds: 0,
  endsAtMs: null,
};

function storeWith(tokens: ReadonlyMap<string, ServiceTokenRow>) {
  const state = { revision: 1, asked: 0 };
  const services = new ConnectionServices({
    revision: () => state.revision,
    find: (token) => {
      state.asked += 1;
      return tokens.get(token) ?? null;
    },
  });
  return { services, state };
}

describe('services of a connection', () => {
  test('the same token on the same connection is asked for once', () => {
    const { services, state } = storeWith(new Map([['a', SERVICE]]));
    const connection = {};
    expect([services.find('a', connection), services.find('a', connection)]).toEqual([SERVICE, SERVICE]);
    expect(state.asked).toBe(1);
  });

  test('a token that was taken away is refused by the next request of the same connection', () => {
    const tokens = new Map([['a', SERVICE]]);
    const { services, state } = storeWith(tokens);
    const connection = {};
    services.find('a', connection);
    tokens.delete('a');
    state.revision += 1;
    expect(services.find('a', connection)).toBeNull();
  });

  test('another token, another connection, and no connection are asked for', () => {
    const { services, state } = storeWith(new Map([['a', SERVICE]]));
    const connection = {};
    services.find('a', connection);
    expect(services.find('b', connection)).toBeNull();
    expect(services.find('a', {})).toEqual(SERVICE);
    expect(services.find('a', null)).toEqual(SERVICE);
    expect(state.asked).toBe(4);
  });

  test('a token that ends at a moment, and one that is unknown, are asked for each time', () => {
    const ending = { ...SERVICE, endsAtMs: timestampMs.parse(5) };
    const { services, state } = storeWith(new Map([['ending', ending]]));
    const connection = {};
    for (const token of ['ending', 'ending', 'unknown', 'unknown']) services.find(token, connection);
    expect(state.asked).toBe(4);
  });
});
