import { expect, test } from 'vitest';
import type { DecisionCode } from '#contract/verify.ts';
import { createWorld } from './verify-world.test-support.ts';

const INTERLEAVINGS = 100_000;

/** What was done to a key last; what it does to a verification is known without looking anything up. */
interface Known {
  isRevoked: boolean;
  isSuspended: boolean;
  expiresAtMs: number | null;
  path: '/inventory/**' | '/nothing';
}

function expected({ isRevoked, isSuspended, expiresAtMs, path }: Known, nowMs: number): DecisionCode {
  if (isRevoked) return 'REVOKED';
  if (isSuspended) return 'SUSPENDED';
  if (expiresAtMs !== null && nowMs >= expiresAtMs) return 'EXPIRED';
  return path === '/nothing' ? 'INSUFFICIENT_SCOPE' : 'VALID';
}

test('the very next verification sees what was committed, in 100,000 interleavings of changes, roll-backs and calls', () => {
  const world = createWorld();
  const { clock, db } = world;
  let state = 11;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const rules = (path: Known['path']) => [{ effect: 'allow', methods: ['GET'], path }] as const;
  const keys = Array.from({ length: 6 }, () => {
    const known: Known = { isRevoked: false, isSuspended: false, expiresAtMs: null, path: '/inventory/**' };
    return { ...world.addKey({ scopeIds: [], rules: rules('/inventory/**') }), known };
  });
  const set = {
    revoked: db.prepare('UPDATE keys SET revoked_at_ms = ? WHERE id = ?'),
    suspended: db.prepare('UPDATE keys SET suspended_at_ms = ? WHERE id = ?'),
    expires: db.prepare('UPDATE keys SET expires_at_ms = ? WHERE id = ?'),
    rules: db.prepare('UPDATE keys SET rules = ? WHERE id = ?'),
  };
  const change = (key: (typeof keys)[number], next: Known): void => {
    if (next.isRevoked !== key.known.isRevoked) set.revoked.run(next.isRevoked ? 1 : null, key.keyId);
    if (next.isSuspended !== key.known.isSuspended) set.suspended.run(next.isSuspended ? 1 : null, key.keyId);
    if (next.expiresAtMs !== key.known.expiresAtMs) set.expires.run(next.expiresAtMs, key.keyId);
    if (next.path !== key.known.path) set.rules.run(JSON.stringify(rules(next.path)), key.keyId);
  };
  const undone = db.transaction((key: (typeof keys)[number], next: Known) => {
    change(key, next);
    world.ask({ key: key.secret });
    throw new Error('undone');
  });
  let refusals = 0;
  for (let step = 0; step < INTERLEAVINGS; step += 1) {
    const key = keys[random(keys.length)];
    const asked = keys[random(keys.length)];
    if (key === undefined || asked === undefined) throw new Error('no key');
    if (random(3) > 0) {
      const next: Known = {
        isRevoked: random(4) === 0,
        isSuspended: random(4) === 0,
        expiresAtMs: random(3) === 0 ? clock.wallMs + random(3) : null,
        path: random(4) === 0 ? '/nothing' : '/inventory/**',
      };
      if (random(10) === 0) expect(() => void undone.immediate(key, next)).toThrow('undone');
      else {
        change(key, next);
        key.known = next;
      }
    } else clock.advance(1);
    const { code } = world.ask({ key: asked.secret });
    if (code !== 'VALID') refusals += 1;
    if (code !== expected(asked.known, clock.wallMs))
      expect([step, code]).toEqual(expected(asked.known, clock.wallMs));
  }
  expect(refusals).toBeGreaterThan(INTERLEAVINGS / 4);
}, 120_000);
