import { expect, test } from 'vitest';
import { blockedSourceId } from '#contract/ids.ts';
import { verifyRequest } from '#contract/verify.ts';
import { createWorld } from './verify-world.test-support.ts';

test('a client address that is none is refused before any look-up, whatever the key, and the answer says so', () => {
  const world = createWorld();
  const bound = world.addKey({ ipAllow: ['10.0.0.0/8'] });
  const free = world.addKey();
  world.calls.length = 0;
  for (const clientIp of [
    'unknown',
    '10.0.0.1:x',
    '10.0.0.1:123456',
    '10.0.0.1, 10.0.0.2',
    '1'.repeat(5_000),
  ]) {
    for (const { secret: key } of [bound, free]) {
      expect(world.refused({ key, clientIp }), clientIp).toMatchObject({
        code: 'IP_NOT_ALLOWED',
        key: null,
        detail: expect.stringContaining('is no IP address. Tell one such as 203.0.113.9'),
      });
    }
  }
  expect(world.calls).toEqual([]);
  expect(world.decisions.every(({ clientIp }) => clientIp === null)).toBe(true);
  // A server on a socket without addresses has none to tell.
  for (const clientIp of ['', ' ', 'unix:', undefined]) {
    expect(world.refused({ key: bound.secret, clientIp }).detail).toContain('names no client address');
    expect(world.allowed({ key: free.secret, clientIp }).valid).toBe(true);
  }
});

test('of a client address with a port, brackets or a zone, bindings, blocks, budgets and the log see the address', () => {
  const world = createWorld({ settings: { failuresMax: 2 } });
  const { secret: bound } = world.addKey({ ipAllow: ['10.0.0.1', '2001:db8::7', 'fe80::1'] });
  const { secret: free } = world.addKey();
  const same = {
    '10.0.0.1': ['10.0.0.1:80', ' 10.0.0.1:65535 ', '::ffff:10.0.0.1', '[::ffff:10.0.0.1]:80'],
    '2001:db8::7': ['[2001:db8::7]:443', '[2001:DB8::7]'],
    'fe80::1': ['fe80::1%eth0', '[fe80::1%25eth0]:443'.replace('%25', '%')],
  };
  for (const [address, texts] of Object.entries(same)) {
    world.sources.replace([]);
    for (const clientIp of texts) expect(world.ask({ key: bound, clientIp }).code, clientIp).toBe('VALID');
    world.sources.replace([
      { id: blockedSourceId.parse('bls_0000000000000001'), network: address, expiresAtMs: null },
    ]);
    const [clientIp] = texts;
    const { code, detail } = world.refused({ key: free, clientIp });
    expect([code, detail]).toEqual(['IP_NOT_ALLOWED', expect.stringContaining('is in the blocked source')]);
  }
  world.sources.replace([]);
  const guess = (clientIp: string) => {
    const asked = verifyRequest.parse({ key: 'x', scopes: ['a'], clientIp });
    return world.verifier.verify(world.trade, asked).kind;
  };
  expect([guess('192.0.2.1:1'), guess('192.0.2.1:2'), guess('192.0.2.1')]).toEqual([
    'decision',
    'decision',
    'throttled',
  ]);
  expect(world.decisions.at(-1)?.clientIp).toBe('192.0.2.1');
});

test('addresses that cannot be read use up the budget of the service that tells them, and the log has a bounded number of them', () => {
  const world = createWorld({ settings: { failuresMax: 5, failuresForgivenPerSecond: 1 } });
  const { secret: key } = world.addKey();
  const ask = (fields: object) =>
    world.verifier.verify(
      world.trade,
      verifyRequest.parse({ key, method: 'GET', path: '/inventory/42', ...fields }),
    );
  const kinds = Array.from({ length: 500 }, () => ask({ clientIp: 'unknown' }).kind);
  expect(kinds.filter((kind) => kind === 'decision')).toHaveLength(50);
  expect(kinds.at(-1)).toBe('throttled');
  expect(world.decisions).toHaveLength(50);
  // Good keys without an address go on.
  expect(ask({})).toMatchObject({ decision: { code: 'VALID' } });
});

test('a look-up with an address that cannot be read is a bad request, not an answer about somebody without one', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  const lookUp = (clientIp: string) => world.verifier.lookUp(world.trade, { key, clientIp });
  expect(lookUp('unknown')).toMatchObject({ kind: 'bad-request', field: 'clientIp' });
  expect(lookUp('203.0.113.9:80')).toMatchObject({ answer: { found: true } });
});
