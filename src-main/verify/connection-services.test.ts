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
  askedFromJson: '[]',
};

function storeWith(tokens: ReadonlyMap<string, ServiceTokenRow>) {
  const state = { revision: 1, asked: 0, elsewhere: Array<string | null>() };
  const services = new ConnectionServices({
    revision: () => state.revision,
    find: (token) => {
      state.asked += 1;
      return tokens.get(token) ?? null;
    },
    onElsewhere: (_service, address) => {
      state.elsewhere.push(address);
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

  test('a token that is bound to networks is good from there alone, and never without an address; each elsewhere is told once', () => {
    const bound = { ...SERVICE, askedFromJson: '["10.0.0.0/8","2001:db8::1"]' };
    const { services, state } = storeWith(new Map([['a', bound]]));
    const from = (remoteAddress?: string) => services.find('a', { remoteAddress }) !== null;
    expect(['10.9.8.7', '::ffff:10.9.8.7', '2001:db8::1'].map(from)).toEqual([true, true, true]);
    expect(['11.0.0.1', '2001:db8::2', undefined, '11.0.0.1'].map(from)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(services.find('a', null)).toBeNull();
    expect(state.elsewhere).toEqual(['11.0.0.1', '2001:db8::2', null]);
  });
});
