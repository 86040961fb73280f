import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unknownKey } from './holder-world.test-support.ts';
import { exchangeOf, openTokenHouse } from './token-world.test-support.ts';

const any = z.unknown();

let world: Awaited<ReturnType<typeof openTokenHouse>>;
beforeAll(async () => {
  world = await openTokenHouse();
});
afterAll(() => world.house.close());

describe('an exchange is refused in the shape of OAuth', () => {
  test('when the request is not one: grant, types, parameters', async () => {
    const { secret } = await world.newKey();
    const good = exchangeOf(secret);
    const cases: [Record<string, string>, string][] = [
      [{ ...good, grant_type: 'client_credentials' }, 'unsupported_grant_type'],
      [{ ...good, subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
      [{ ...good, requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
      [{ ...good, actor_token: 'x' }, 'invalid_request'],
      [{ ...good, resource: 'https://api.example' }, 'invalid_target'],
      [{ ...good, scope: 'no"name' }, 'invalid_scope'],
    ];
    for (const [parameters, error] of cases) {
      expect(await world.refused(parameters)).toMatchObject({ status: 400, error });
      expect(await world.refused(parameters, 'json')).toMatchObject({ status: 400, error });
    }
    const { subject_token: _left, ...without } = good;
    expect(await world.refused(without)).toMatchObject({
      error: 'invalid_request',
      error_description: 'Send subject_token as a text.',
    });
    const twice = `${new URLSearchParams(good).toString()}&audience=stock`;
    const response = await fetch(`${world.house.service.url}/v1/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: twice,
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    expect((await world.ask(good, 'json')).status).toBe(200);
  });

  test('with the same words to every stranger, whatever service is named', async () => {
    const answers = await Promise.all(
      ['trade', 'stock', 'nowhere'].flatMap((audience) =>
        [unknownKey(), 'garbage'].map((key) => world.refused({ ...exchangeOf(key), audience })),
      ),
    );
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  test('for a service that takes no tokens, does not exist, or where the key holds nothing', async () => {
    const here = await world.newKey();
    const there = await world.newKey({ scopeIds: [world.stock.readScopeId] });
    const answers = [
      await world.refused({ ...exchangeOf(here.secret), audience: 'stock' }),
      await world.refused({ ...exchangeOf(here.secret), audience: 'nowhere' }),
      await world.refused(exchangeOf(there.secret)),
    ];
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 400, error: 'invalid_target' });
  });

  test('without an audience where the key has rights at several services that take tokens', async () => {
    const scopeIds = [world.trade.readScopeId, world.stock.readScopeId];
    const both = await world.newKey({ scopeIds });
    const { audience: _left, ...anywhere } = exchangeOf(both.secret);
    expect((await world.ask(anywhere)).status).toBe(200);
    await world.ok('tokenExchange.update', { serviceId: world.stock.id, isOn: true }, any);
    expect(await world.refused(anywhere)).toMatchObject({ status: 400, error: 'invalid_request' });
    const one = await world.newKey();
    expect((await world.ask({ ...anywhere, subject_token: one.secret })).status).toBe(200);
    await world.ok('tokenExchange.update', { serviceId: world.stock.id, isOn: false }, any);
  });

  test('for a key that is bound to what nobody could hold a token to; one that is bound to the service is exchanged', async () => {
    const bound = await world.newKey({ ipAllow: ['127.0.0.0/8', '::1/128'] });
    expect(await world.refused(exchangeOf(bound.secret))).toMatchObject({
      status: 400,
      error: 'invalid_request',
    });
    const publicKeys = ['JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs='];
    const signed = await world.newKey({ signedBy: { publicKeys } });
    expect((await world.refused(exchangeOf(signed.secret))).status).toBe(400);
    const observed = await world.newKey({ ipAllow: ['10.0.0.0/8'], bindingMode: 'observe' });
    expect((await world.ask(exchangeOf(observed.secret))).status).toBe(200);
    const ofService = await world.newKey({ serviceAllow: [world.trade.id] });
    expect((await world.ask(exchangeOf(ofService.secret))).status).toBe(200);
  });

  test('for a revoked, suspended or expired key, and says so to its holder', async () => {
    const { keyId, secret } = await world.newKey();
    await world.ok('keys.suspend', { keyId, reason: 'Looked into', message: 'Call us' }, any);
    expect(await world.refused(exchangeOf(secret))).toMatchObject({
      error: 'invalid_request',
      error_description: 'This API key is suspended: Call us',
    });
    await world.ok('keys.revoke', { keyId, reason: 'leaked' }, any);
    expect(await world.refused(exchangeOf(secret))).toMatchObject({
      error_description: 'This API key was revoked.',
    });
  });

  test('for rules that do not fit into a header', async () => {
    const rules = Array.from({ length: 64 }, (_, n) => ({
      ...{ effect: 'allow', methods: ['GET'], path: `/a-path-of-some-length/number-${String(n)}/**` },
    }));
    const { secret } = await world.newKey({ rules });
    expect(await world.refused(exchangeOf(secret))).toMatchObject({ status: 400, error: 'invalid_scope' });
    expect(await world.tokenFor(secret, { scope: 'inventory:read' })).toMatchObject({
      scope: 'inventory:read',
    });
  });
});

test('who asks too often waits: 240 a minute from one address', async () => {
  const answers = await Promise.all(
    Array.from({ length: 241 }, () => world.ask(exchangeOf('garbage')).then(({ status }) => status)),
  );
  expect(answers.filter((status) => status === 429).length).toBeGreaterThan(0);
  const waits = await world.ask(exchangeOf('garbage'));
  expect([waits.status, await waits.json()]).toMatchObject([429, { error: 'temporarily_unavailable' }]);
});
