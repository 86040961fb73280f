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

function tryToken(world: World, key: string): string {
  const request = verifyRequest.parse({ key, method: 'GET', path: '/inventory/42' });
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
  const forged = `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`;
  expect(tryToken(world, forged)).toBe('overloaded');
  expect(world.calls).toHaveLength(before);
});
