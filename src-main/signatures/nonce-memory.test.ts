import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { NonceMemory } from './nonce-memory.ts';

const ONE = 'kkkkkkkkkk01' as KeyId;
const OTHER = 'kkkkkkkkkk02' as KeyId;

test('whatever comes in whatever order, a nonce is fresh once until its signature ends, and never after that', () => {
  const step = fc.record({
    keyId: fc.constantFrom(ONE, OTHER),
    nonce: fc.constantFrom('a', 'b', 'c'),
    lifeS: fc.integer({ min: 1, max: 5 }),
    waitMs: fc.integer({ min: 0, max: 1_500 }),
    sweeps: fc.boolean(),
  });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const memory = new NonceMemory();
    const model = new Set<string>();
    let nowMs = 1_000_000;
    for (const { keyId, nonce, lifeS, waitMs, sweeps } of steps) {
      nowMs += waitMs;
      if (sweeps) memory.forgetOld(nowMs);
      const endsAtMs = (Math.floor(nowMs / 1_000) + lifeS) * 1_000;
      const name = `${keyId} ${nonce} ${String(endsAtMs)}`;
      const expected = model.has(name) ? 'seen' : 'fresh';
      expect(memory.look(keyId, nonce, endsAtMs)).toBe(expected);
      expect(memory.use(keyId, nonce, { endsAtMs, nowMs })).toBe(expected);
      model.add(name);
    }
    memory.forgetOld(nowMs + 10_000);
    expect([memory.size, memory.countOf(ONE), memory.countOf(OTHER)]).toEqual([0, 0, 0]);
  });
  fc.assert(property, { numRuns: 200 });
});

test('without room a nonce is refused and none is forgotten; what has ended makes room', () => {
  const memory = new NonceMemory({ perKey: 2, total: 3 });
  const at = (nowMs: number) => ({ nowMs, endsAtMs: nowMs + 10_000 });
  const use = (keyId: KeyId, nonce: string, nowMs = 0) => memory.use(keyId, nonce, at(nowMs));
  expect([use(ONE, 'a'), use(ONE, 'b'), use(ONE, 'c')]).toEqual(['fresh', 'fresh', 'full']);
  expect([use(OTHER, 'a'), use(OTHER, 'b')]).toEqual(['fresh', 'full']);
  expect([use(ONE, 'a'), use(OTHER, 'a')]).toEqual(['seen', 'seen']);
  expect(use(ONE, 'c', 9_000)).toBe('full');
  expect(use(ONE, 'c', 10_000)).toBe('fresh');
  expect(memory.size).toBe(1);
});
