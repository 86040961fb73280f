import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOKEN_LIFE_MS_DEFAULT } from '#contract/token-exchange.ts';
import type { KeyId } from '#contract/ids.ts';
import { must } from '#main/platform/must.ts';
import { currentSigner } from '#main/token-exchange/signing-keys.ts';
import { mintToken } from '#main/verify/mint-token.ts';
import { createReplayWorld, type ReplayWorld } from './replay-world.test-support.ts';

const ALLOW_ALL = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;

let house: ReplayWorld;
let keyId: KeyId;
/** Holds no rule of the key's own, only its scope inventory:read. */
let token: string;

beforeEach(async () => {
  house = await createReplayWorld();
  const { service, scope } = house.subjects;
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/offers/**' }] as const;
  keyId = (await house.addKey({ rules, scopeIds: [scope.id] })).keyId;
  await house.world.call('tokenExchange.update', { serviceId: service.id, isOn: true });
  const { db, keyring } = house.world;
  const nowMs = house.world.nowMs();
  const made = mintToken({
    row: must(db.verify.findKeyById(keyId, service.id), 'it was just added'),
    service: { ...service, verifyPerSecondMax: null, keepLiveSeconds: 0, keepTestSeconds: 0 },
    scopes: ['inventory:read'],
    issuer: 'http://127.0.0.1',
    lifeMs: TOKEN_LIFE_MS_DEFAULT,
    nowMs,
    signer: must(currentSigner({ db, keyring, nowMs }), 'a service takes tokens'),
  });
  if (made.kind !== 'made') throw new Error(made.kind);
  token = made.answer.access_token;
  house.ask({ keyText: token, method: 'GET', path: '/inventory/1' });
  house.ask({ keyText: token, method: 'GET', path: '/offers/1' });
  expect(house.decisions.map(({ code }) => code)).toEqual(['VALID', 'INSUFFICIENT_SCOPE']);
});
afterEach(() => {
  house.close();
});

test('a request with a token is never told as newly allowed, since the log does not say what the token held', async () => {
  const { counts, notes } = await house.replay(keyId, { rules: ALLOW_ALL });
  expect(counts).toMatchObject({ replayed: 2, same: 2 });
  expect(notes).toMatchObject([{ code: 'TOKEN_NOT_LOGGED', count: 2 }]);
  expect(notes[0]?.text).toMatch(/^2 requests were made with a token/);
});

test('what a draft refuses to the key itself is refused to its tokens', async () => {
  const { counts, changed } = await house.replay(keyId, { scopeIds: [] });
  expect(counts).toMatchObject({ same: 1, newlyRefused: 1 });
  expect(changed).toMatchObject([{ path: '/inventory/1', was: 'VALID', now: 'INSUFFICIENT_SCOPE' }]);
});

test('a token that had ended stays refused, whatever end a draft gives the key; bindings are decided anew', async () => {
  house.ask({ keyText: token, method: 'GET', path: '/inventory/1', afterMs: TOKEN_LIFE_MS_DEFAULT });
  expect(house.decisions.at(-1)?.code).toBe('EXPIRED');
  const { counts, notes } = await house.replay(keyId, { expiresAt: null });
  expect(counts).toMatchObject({ replayed: 3, same: 3 });
  expect(notes.map(({ code }) => code)).toContain('STATE_KEPT');
  const bound = await house.replay(keyId, { ipAllow: ['203.0.113.0/24'] });
  expect(bound.counts).toMatchObject({ newlyRefused: 1, refusedOtherwise: 1, same: 1 });
});
