import { describe, expect, test } from 'vitest';
import { createWorld, START } from './verify-world.test-support.ts';

const HOUR_MS = 3_600_000;

/** A key in the middle of a rotation, its old secret with a plan of brownouts. */
function rotatingWorld(columns = '') {
  const world = createWorld();
  const { keyId, secret: old } = world.addKey();
  const current = world.addSecret(keyId, 2);
  world.db
    .prepare(`UPDATE secrets SET ends_at_ms = ?${columns} WHERE key_id = ? AND version = 1`)
    .run(START + 24 * HOUR_MS, keyId);
  return { ...world, keyId, old, current };
}

const BROWNOUTS = `, brownout_from_ms = ${String(START + HOUR_MS)}, brownout_every_ms = ${String(HOUR_MS)}, brownout_length_ms = 30000`;

describe('the old secret of a rotation', () => {
  test('is announced its brownouts, refused in them with the usual code and a hint, and accepted again after', () => {
    const world = rotatingWorld(BROWNOUTS);
    const told = world.allowed({ key: world.old });
    expect(told.rotation).toMatchObject({
      state: 'retiring',
      brownout: { from: START + HOUR_MS, to: START + HOUR_MS + 30_000 },
    });
    expect(told.warnings[0]).toMatchObject({ code: 'SECRET_ENDS_SOON' });
    expect(told.warnings[0]?.message).toContain('refused on trial from 2026-11-22 10:30:00 UTC');
    world.clock.advance(HOUR_MS);
    const refused = world.refused({ key: world.old });
    expect(refused).toMatchObject({ code: 'REVOKED', status: 401, retryAfterMs: 30_000 });
    expect(refused.detail).toContain('Use the newer one.');
    expect(world.decisions.at(-1)).toMatchObject({ code: 'REVOKED', principal: { secretVersion: 1 } });
    expect(world.allowed({ key: world.current }).rotation).toBeNull();
    world.clock.advance(30_000);
    expect(world.allowed({ key: world.old }).rotation?.brownout).toEqual({
      from: START + 2 * HOUR_MS,
      to: START + 2 * HOUR_MS + 30_000,
    });
  });

  test('that is refused in a brownout still counts as used: it must not end as idle', () => {
    const world = rotatingWorld(BROWNOUTS);
    world.clock.advance(HOUR_MS);
    world.touched.length = 0;
    world.refused({ key: world.old });
    expect(world.touched).toContain(`${world.keyId} 1`);
    world.clock.advance(24 * HOUR_MS);
    world.touched.length = 0;
    world.refused({ key: world.old });
    expect(world.touched).not.toContain(`${world.keyId} 1`);
  });

  test('without brownouts is told its end and nothing else', () => {
    const world = rotatingWorld();
    expect(world.allowed({ key: world.old }).rotation).toEqual({
      state: 'retiring',
      rotatedAt: 1,
      secretEndsAt: START + 24 * HOUR_MS,
      currentVersion: 2,
    });
  });

  test('is the current one after the rotation was undone, and the newer one is told that it was withdrawn', () => {
    const world = rotatingWorld();
    world.db.prepare('UPDATE secrets SET ends_at_ms = NULL WHERE version = 1').run();
    world.db.prepare('UPDATE secrets SET ends_at_ms = ? WHERE version = 2').run(START);
    expect(world.allowed({ key: world.old })).toMatchObject({ rotation: null, key: { secretVersion: 1 } });
    const refused = world.refused({ key: world.current });
    expect(refused).toMatchObject({
      code: 'REVOKED',
      message: 'This API key was withdrawn. Use the former one.',
    });
    expect(refused.detail).toContain('undone');
  });
});
