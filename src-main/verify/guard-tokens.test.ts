import { expect, test } from 'vitest';
import { TOKEN_LIFE_MS_DEFAULT } from '#contract/token-exchange.ts';
import { verifyRequest } from '#contract/verify.ts';
import { must } from '#main/platform/must.ts';
import { newSigningPair, signText } from '#main/platform/signing-key.ts';
import { createTokenExchangeQueries } from '#main/sqlite/token-exchange-queries.ts';
import { mintToken } from './mint-token.ts';
import { createWorld } from './verify-world.test-support.ts';

type World = ReturnType<typeof createWorld>;

/** A token of all rights of a new key at the service trade, by a signing key of its own. */
function newToken(world: World): string {
  const { publicKey, privateText } = newSigningPair();
  const { kid } = publicKey;
  const nowMs = world.clock.nowMs();
  const signing = { kid, publicKey, sealed: Buffer.of(1), startsAtMs: nowMs, endsAtMs: null };
  createTokenExchangeQueries(world.db).insertKey(signing);
  const made = mintToken({
    row: must(world.queries.findKeyById(world.addKey().keyId, world.trade.id), 'it was just added'),
    service: world.trade,
    scopes: null,
    issuer: 'http://127.0.0.1',
    lifeMs: TOKEN_LIFE_MS_DEFAULT,
    nowMs,
    signer: { kid, sign: (text) => signText(privateText, text) },
  });
  if (made.kind !== 'made') throw new Error(made.kind);
  return made.answer.access_token;
}

/** With the name of a real signing key, so that its signature has to be checked. */
function forgedFrom(token: string): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`;
}

function tryToken(world: World, key: string, clientIp?: string): string {
  const request = verifyRequest.parse({ key, method: 'GET', path: '/inventory/42', clientIp });
  const outcome = world.verifier.verify(world.trade, request);
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}

test('while there is too much to do, a token that was good lately has room as a key has; one with a forged signature has none, and nothing is looked up', () => {
  const world = createWorld({ settings: { shedLagMs: 200 } });
  const token = newToken(world);
  expect(tryToken(world, token)).toBe('VALID');
  for (let time = 0; time < 4; time += 1) world.verifier.guard.sampleLag(250);
  expect(tryToken(world, token)).toBe('VALID');
  const before = world.calls.length;
  expect(tryToken(world, forgedFrom(token))).toBe('overloaded');
  expect(world.calls).toHaveLength(before);
});

test('of a source whose budget is used up ten forged tokens a second have their signature checked and no more, while good tokens pass from there', () => {
  const world = createWorld({ settings: { failuresMax: 3, failuresForgivenPerSecond: 1 } });
  const from = '203.0.113.9';
  const known = newToken(world);
  const forged = forgedFrom(known);
  const checks = () => world.calls.filter((name) => name === 'findSigningKey').length;
  const flood = (count: number) =>
    new Set(Array.from({ length: count }, () => tryToken(world, forged, from)));
  expect(tryToken(world, known, from)).toBe('VALID');
  const before = checks();
  expect(Array.from({ length: 3 }, () => tryToken(world, forged, from))).toEqual(
    new Array<string>(3).fill('NOT_FOUND'),
  );
  expect(flood(5)).toEqual(new Set(['throttled']));
  expect(checks()).toBe(before + 8);
  // One that nobody knows yet, and that a flood within this measure does not shut out.
  expect(tryToken(world, newToken(world), from)).toBe('VALID');
  expect(flood(100)).toEqual(new Set(['throttled']));
  expect(checks()).toBe(before + 3 + 10);
  expect(tryToken(world, known, from)).toBe('VALID');
  expect(tryToken(world, forged, '198.51.100.7')).toBe('NOT_FOUND');
  expect(world.verifier.guard.figures().throttled).toBe(105);
  expect(world.verifier.lookUp(world.trade, { key: forged, clientIp: from })).toMatchObject({
    kind: 'throttled',
  });
});
