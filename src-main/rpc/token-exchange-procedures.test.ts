import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyring } from '#main/platform/keyring.ts';
import { currentSigner } from '#main/token-exchange/signing-keys.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const MINUTE_MS = 60_000;
const NO_SERVICE = { serviceId: 'svc_0000000000000000' };

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const here = () => ({ serviceId: subjects.service.id });
const switchOn = () => world.call('tokenExchange.update', { ...here(), isOn: true });
const events = async (action: string) => (await world.call('audit.list', { filter: { action } })).items;

describe('the token exchange of a service', () => {
  it('is off until somebody switches it on, which makes the one signing key of all services', async () => {
    const before = await world.call('tokenExchange.get', here(), 'viewer');
    expect(before).toMatchObject({ isOn: false, lifeMs: 5 * MINUTE_MS, audience: 'trade', signingKeys: [] });
    const on = await switchOn();
    expect(on).toMatchObject({ isOn: true, signingKeys: [{ state: 'current', endsAt: null }] });
    await world.call('tokenExchange.update', { ...here(), isOn: false });
    expect((await switchOn()).signingKeys).toEqual(on.signingKeys);
    const [last, , first] = await events('tokenExchange.update');
    const kid = on.signingKeys[0]?.kid;
    expect(first).toMatchObject({ before: { isOn: false }, after: { isOn: true, signingKey: kid } });
    expect(last?.after).toEqual({ isOn: true });
  });

  it('keeps the life of tokens within its bounds', async () => {
    for (const lifeMs of [MINUTE_MS, 15 * MINUTE_MS]) {
      expect(await world.call('tokenExchange.update', { ...here(), lifeMs })).toMatchObject({ lifeMs });
    }
    for (const lifeMs of [MINUTE_MS - 1, 15 * MINUTE_MS + 1, 90_000.5]) {
      expect((await world.refusal('tokenExchange.update', { ...here(), lifeMs })).code).toBe('INVALID_INPUT');
    }
  });

  it('is refused for a service that does not exist, and to roles below', async () => {
    expect((await world.refusal('tokenExchange.get', NO_SERVICE)).code).toBe('SERVICE_NOT_FOUND');
    expect((await world.refusal('tokenExchange.update', NO_SERVICE)).code).toBe('SERVICE_NOT_FOUND');
    expect((await world.refusal('tokenExchange.update', here(), 'issuer')).code).toBe('FORBIDDEN');
    expect((await world.refusal('tokenExchange.rotateKey', {}, 'issuer')).code).toBe('FORBIDDEN');
  });
});

describe('the signing key', () => {
  it('is replaced by one that waits until every kept list holds it, and only one waits at a time', async () => {
    expect((await world.refusal('tokenExchange.rotateKey', {})).code).toBe('WRONG_STATUS');
    const { signingKeys: first } = await switchOn();
    const { signingKeys } = await world.call('tokenExchange.rotateKey', {});
    const startsAt = world.nowMs() + 5 * MINUTE_MS;
    expect(signingKeys).toMatchObject([
      { state: 'next', startsAt, endsAt: null },
      { kid: first[0]?.kid, state: 'current', endsAt: startsAt + 15 * MINUTE_MS },
    ]);
    expect((await world.refusal('tokenExchange.rotateKey', {})).code).toBe('WRONG_STATUS');
    world.advance(5 * MINUTE_MS);
    const states = (await world.call('tokenExchange.get', here())).signingKeys.map(({ state }) => state);
    expect(states).toEqual(['current', 'retired']);
    world.advance(15 * MINUTE_MS);
    expect((await world.call('tokenExchange.get', here())).signingKeys).toHaveLength(1);
  });

  it('that may have leaked goes with every other, also with one that waits', async () => {
    await switchOn();
    const { signingKeys: before } = await world.call('tokenExchange.rotateKey', {});
    const { signingKeys } = await world.call('tokenExchange.rotateKey', { isCompromised: true });
    expect(signingKeys).toMatchObject([{ state: 'current', startsAt: world.nowMs(), endsAt: null }]);
    expect(before.map(({ kid }) => kid)).not.toContain(signingKeys[0]?.kid);
    expect((await events('tokenExchange.rotateKey'))[0]).toMatchObject({
      before: { signingKeys: before.map(({ kid }) => kid) },
      after: { signingKey: signingKeys[0]?.kid, isCompromised: true },
    });
  });

  it('has its private part in the store only sealed: with another master secret nobody signs', async () => {
    await switchOn();
    const rows = world.db.handle.prepare('SELECT CAST(sealed AS TEXT) AS text FROM signing_keys').all();
    expect(JSON.stringify(rows)).not.toMatch(/kty|P-256/);
    const context = world.systemContext();
    expect(currentSigner(context)?.sign('text')).toHaveLength(64);
    const keyring = createKeyring(Buffer.alloc(32, 'another'));
    expect(() => currentSigner({ ...context, keyring })).toThrow(/master secret/);
  });
});
