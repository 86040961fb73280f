import { expect, test } from 'vitest';
import type { KeyShape } from '#main/domain/key-shape.ts';
import { createWorld } from './verify-world.test-support.ts';

const SHAPE: KeyShape = {
  prefix: 'acme_',
  lengthMin: 25,
  lengthMax: 29,
  alphabet: 'base62',
  hashKind: 'hmac',
};

test('texts that look like no imported key are refused with no look-up, others with one or two', () => {
  const world = createWorld({ keyShapes: [SHAPE] });
  for (const key of [
    'garbage',
    'acme_short',
    `acme_${'x'.repeat(30)}`,
    `acme_${'é'.repeat(22)}`,
    `other_${'x'.repeat(22)}`,
  ]) {
    expect(world.refused({ key }).code).toBe('MALFORMED');
  }
  expect(world.calls).toEqual([]);
  expect(world.refused({ key: `acme_${'x'.repeat(22)}` }).code).toBe('NOT_FOUND');
  expect(world.calls).toEqual(['findSecret']);
  const hashed = createWorld({ keyShapes: [{ ...SHAPE, hashKind: 'sha256' }] });
  hashed.refused({ key: `acme_${'x'.repeat(22)}` });
  expect(hashed.calls).toEqual(['findSecret', 'findSecret']);
});

test('an imported key in the path, agent or tags of its own request, or of one without a good key, is in no row and no address', () => {
  const world = createWorld({ keyShapes: [SHAPE] });
  const imported = `acme_${'x'.repeat(22)}`;
  const { keyId } = world.addKey();
  world.db
    .prepare('UPDATE secrets SET hash = ?, is_imported = 1 WHERE key_id = ?')
    .run(world.keyring.hash(imported), keyId);
  const fields = {
    path: `/inventory/${imported}`,
    userAgent: `sync/1 (${imported})`,
    tags: [`k=${imported}`],
  };
  world.allowed({ key: imported, ...fields });
  world.refused({ key: 'garbage', ...fields });
  const refused = world.refused({ key: imported, ...fields, path: `/offers/${imported}` });
  expect(refused.help).toContain('redacted');
  expect(world.decisions).toHaveLength(3);
  expect(`${refused.help ?? ''}${JSON.stringify(world.decisions)}`).not.toContain(imported);
  expect(world.decisions[0]).toMatchObject({ path: '/inventory/[redacted]', tags: ['k=[redacted]'] });
});

test('keys of ours never pay for shapes, and a typo in one stays a typo', () => {
  const shapes = new Proxy<readonly KeyShape[]>([SHAPE], {
    get: () => {
      throw new Error('The shapes were looked at.');
    },
  });
  const world = createWorld({ keyShapes: shapes });
  const { secret: key } = world.addKey();
  world.allowed({ key });
  const other = createWorld({ keyShapes: [SHAPE] });
  expect(other.refused({ key: `${key.slice(0, -1)}!` }).code).toBe('MALFORMED');
});
