import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { ask } from './ask.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
const pair = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

beforeAll(async () => {
  world = await openDialectHouse();
  // The server takes no signature that a run before it can have taken.
  world.house.tick(10_000);
});
afterAll(() => world.house.close());

const asks = (key: string, headers: readonly (readonly [string, string])[], uri: string) =>
  ask(world.house.service.url, 'GET /forward-auth/generic', [
    ['X-Latchkey-Service', world.trade.token],
    ['X-Forwarded-Method', 'GET'],
    ['X-Forwarded-Uri', uri],
    ['X-API-Key', key],
    ...headers,
  ]);

function signatureOf(keyId: string, covered: readonly (readonly [string, string])[]) {
  const created = Math.floor(world.house.core.clock.nowMs() / 1_000);
  const names = covered.map(([name]) => `"${name}"`).join(' ');
  const parameters = `(${names});created=${String(created)};nonce="${String(Math.random())}";keyid="${keyId}"`;
  const lines = [...covered, ['@signature-params', parameters]].map(
    ([name, value]) => `"${name ?? ''}": ${value ?? ''}`,
  );
  const value = sign(null, Buffer.from(lines.join('\n')), createPrivateKey(pair.privateKey));
  return [
    ['Signature-Input', `s=${parameters}`],
    ['Signature', `s=:${value.toString('base64')}:`],
  ] as const;
}

it('a signed request passes a proxy once; unsigned, replayed, or with another path, query or digest it does not', async () => {
  const { keyId, secret } = await world.newKey({
    signedBy: { publicKeys: [pair.publicKey], coversBody: true },
  });
  const digest = (text: string) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
  const make = () =>
    signatureOf(keyId, [
      ['@method', 'GET'],
      ['@path', '/inventory/42'],
      ['@query', '?a=1'],
      ['content-digest', digest('body')],
    ]);
  const ofBody = ['Content-Digest', digest('body')] as const;
  const uri = '/inventory/42?a=1';
  const first = make();
  expect((await asks(secret, [...first, ofBody], uri)).status).toBe(200);
  const replayed = await asks(secret, [...first, ofBody], uri);
  expect(replayed).toMatchObject({ status: 403, body: { code: 'SIGNATURE_NOT_ALLOWED' } });
  expect((await asks(secret, [], uri)).status).toBe(403);
  expect((await asks(secret, [...make(), ofBody], '/inventory/43?a=1')).status).toBe(403);
  expect((await asks(secret, [...make(), ofBody], '/inventory/42?a=2')).status).toBe(403);
  expect((await asks(secret, [...make(), ['Content-Digest', digest('other')]], uri)).status).toBe(403);
  expect((await asks(secret, [...make(), ofBody], uri)).status).toBe(200);
});

it('what a proxy on the way signed itself, in lines of its own, changes nothing', async () => {
  const signedBy = { publicKeys: [pair.publicKey] };
  const [plain, bound] = [await world.newKey(), await world.newKey({ signedBy })];
  const ofProxy = [
    ['Signature-Input', 'proxy=();created=1;keyid="proxy"'],
    ['Signature', 'proxy=:YQ==:'],
  ] as const;
  const covered = [
    ['@method', 'GET'],
    ['@path', '/inventory/42'],
  ] as const;
  const own = signatureOf(bound.keyId, covered);
  expect((await asks(bound.secret, [...own, ...ofProxy], '/inventory/42')).status).toBe(200);
  expect((await asks(plain.secret, [...own, ...ofProxy], '/inventory/42')).status).toBe(200);
});

it('a request for a key that wants no signature passes with any that it carries', async () => {
  const { secret } = await world.newKey();
  const strange = [
    ['Signature-Input', 'x'],
    ['Signature', 'y'],
  ] as const;
  expect((await asks(secret, strange, '/inventory/42')).status).toBe(200);
});
