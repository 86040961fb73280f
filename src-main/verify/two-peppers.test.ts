import { expect, test } from 'vitest';
import { createPepper } from '#main/platform/keyring.ts';
import { createSecretQueries } from '#main/sqlite/secret-queries.ts';
import { createWorld } from './verify-world.test-support.ts';

/** A world whose pepper was rotated after its first key was made. */
function rotatedWorld() {
  const world = createWorld();
  const { peppers, firstPepper } = world.keyring;
  const old = world.addKey();
  peppers.set(createPepper(2, Buffer.alloc(32, 1)), [firstPepper]);
  return { ...world, old };
}

test('with one pepper each key and each stranger costs one look-up', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  world.allowed({ key });
  expect(world.calls).toEqual(['findSecret']);
  expect(world.rehashes).toEqual([]);
});

test('with two, what the current one does not find is looked for under the other, until it is kept anew: whole or as a pair', () => {
  for (const isPair of [false, true]) {
    const world = rotatedWorld();
    const { keyId, secret: key } = world.old;
    const credential = isPair ? { keyId, secret: key.slice(-49) } : { key };
    world.ask({ ...credential, dryRun: true });
    expect(world.rehashes).toEqual([]);
    world.calls.length = 0;
    world.allowed(credential);
    expect(world.calls.filter((name) => name === 'findSecret')).toHaveLength(2);
    expect(world.rehashes).toEqual([{ keyId, version: 1, ...world.keyring.peppers.stored(key) }]);
    for (const due of world.rehashes) createSecretQueries(world.db).rehash(due);
    world.calls.length = 0;
    world.allowed(credential);
    expect(world.calls.filter((name) => name === 'findSecret')).toHaveLength(1);
    expect(world.rehashes).toHaveLength(1);
  }
});

test('a secret is never kept under an earlier pepper again, however late the order to do so comes', () => {
  const world = rotatedWorld();
  const { keyId, secret: key } = world.old;
  world.allowed({ key });
  const late = world.rehashes[0];
  world.keyring.peppers.set(createPepper(3, Buffer.alloc(32, 2)), [createPepper(2, Buffer.alloc(32, 1))]);
  const secrets = createSecretQueries(world.db);
  secrets.rehash({ keyId, version: 1, ...world.keyring.peppers.stored(key) });
  if (late !== undefined) secrets.rehash(late);
  expect(world.allowed({ key }).key.keyId).toBe(keyId);
  expect(world.rehashes).toHaveLength(1);
});

test('a wrong secret is unknown under every pepper, and so is a key whose pepper is no longer accepted', () => {
  const world = rotatedWorld();
  const stranger = createWorld().addKey().secret;
  expect(world.refused({ key: stranger }).code).toBe('NOT_FOUND');
  world.keyring.peppers.set(world.keyring.peppers.current, []);
  expect(world.refused({ key: world.old.secret }).code).toBe('NOT_FOUND');
});
