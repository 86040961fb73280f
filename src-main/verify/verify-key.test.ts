import { describe, expect, test } from 'vitest';
import { verifyResponse } from '#contract/verify.ts';
import { createWorld, scopeIdOf, START } from './verify-world.test-support.ts';

describe('a valid key', () => {
  test('is answered with all that a service needs to know, in the shape of the contract', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey({
      name: 'Feed',
      scopeIds: [scopeIdOf('inventory:read'), scopeIdOf('stock:read')],
      rateLimit: { limit: 600, windowMs: 60_000 },
      quota: { limit: 10, period: 'month' },
      expiresAtMs: START + 1_000,
      meta: { team: 'search' },
      externalId: 'crm-7',
    });
    const answer = world.allowed({ key: secret });
    expect(verifyResponse.parse(answer)).toEqual(answer);
    expect(answer).toEqual({
      valid: true,
      code: 'VALID',
      status: 200,
      requestId: expect.stringMatching(/^req_[0-9A-Za-z]{20}$/),
      key: {
        keyId,
        name: 'Feed',
        environment: 'live',
        secretVersion: 1,
        scopes: ['inventory:read'],
        expiresAt: START + 1_000,
        meta: { team: 'search' },
        externalId: 'crm-7',
      },
      application: { id: 'app_AAAAAAAAAAAAAAAA', name: 'Data feed', slug: 'datafeed' },
      partner: { id: 'par_AAAAAAAAAAAAAAAA', name: 'Acme', tier: 'external' },
      rateLimit: { limit: 600, remaining: 599, resetMs: 60_000, windowMs: 60_000 },
      rateLimits: [],
      quota: { limit: 10, remaining: 9, period: 'month', resetsAt: Date.UTC(2026, 11, 1) },
      rotation: null,
      warnings: [{ code: 'KEY_EXPIRES_SOON', message: 'This API key expires on 2026-11-22 09:30:01 UTC.' }],
      latencyUs: 0,
    });
  });

  test('costs one statement, whether it may pass or not', () => {
    const world = createWorld();
    const { secret } = world.addKey();
    world.allowed({ key: secret });
    world.refused({ key: secret, path: '/other' });
    expect(world.calls).toEqual(['findSecret', 'findSecret']);
  });

  test('is accepted as a pair, with the whole key or its last part, and not with another key id', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey();
    expect(world.allowed({ keyId, secret }).key.keyId).toBe(keyId);
    expect(world.calls).toEqual(['findSecret']);
    expect(world.allowed({ keyId, secret: secret.slice(-49) }).key.keyId).toBe(keyId);
    expect(world.allowed({ keyId, secret: secret.slice(-49, -6) }).key.keyId).toBe(keyId);
    const other = world.addKey();
    expect(world.refused({ keyId, secret: 'x'.repeat(43) }).code).toBe('NOT_FOUND');
    expect(world.refused({ keyId: other.keyId, secret }).code).toBe('MALFORMED');
    expect(world.refused({ keyId: other.keyId, secret: secret.slice(-49) }).code).toBe('NOT_FOUND');
    expect(world.refused({ keyId: 'unknownKey12', secret: secret.slice(-49) }).code).toBe('NOT_FOUND');
  });
});

describe("a stranger's text", () => {
  test('of any length and kind gets a decision, and the log a part of it', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const long = 'x'.repeat(7_000);
    const passed = world.allowed({
      key,
      path: `/inventory/${long}`,
      userAgent: `a\u0000${long}`,
      origin: long,
    });
    expect(passed.valid).toBe(true);
    expect(world.refused({ key, clientIp: long })).toMatchObject({ code: 'IP_NOT_ALLOWED', key: null });
    const refused = world.refused({ key, path: `/other/${long}` });
    expect(refused.code).toBe('INSUFFICIENT_SCOPE');
    expect(JSON.stringify(refused).length).toBeLessThan(4_000);
    expect(world.refused({ key, path: '' }).code).toBe('INSUFFICIENT_SCOPE');
    expect(world.refused({ key: 'lk_live_'.repeat(900) }).code).toBe('MALFORMED');
    expect(world.refused({ key: '' }).code).toBe('MALFORMED');
    expect(world.decisions[0]).toMatchObject({ clientIp: null, path: `/inventory/${'x'.repeat(1_013)}` });
    expect(world.decisions[0]?.userAgent).toHaveLength(256);
  });

  test('rules see the whole path, also behind what the log keeps', () => {
    const world = createWorld();
    const rules = [
      { effect: 'allow', methods: ['GET'], path: '/a/*/public' },
      { effect: 'deny', methods: ['GET'], path: '/a/*/secret' },
    ] as const;
    const { secret: key } = world.addKey({ rules });
    const middle = 'x'.repeat(6_000);
    expect(world.allowed({ key, path: `/a/${middle}/public` }).valid).toBe(true);
    expect(world.refused({ key, path: `/a/${middle}/secret` }).code).toBe('INSUFFICIENT_SCOPE');
  });
});

describe('a key that is none', () => {
  test('costs no look-up at all when its shape or checksum is wrong', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey();
    const typo = secret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    for (const key of ['x', typo, `${secret} `, secret.slice(1), 'lk_live_'.repeat(60)]) {
      expect(world.refused({ key })).toMatchObject({ code: 'MALFORMED', status: 401, key: null });
    }
    expect(world.refused({ keyId: 'k', secret })).toMatchObject({ code: 'MALFORMED' });
    expect(world.refused({ keyId, secret: 'short' })).toMatchObject({ code: 'MALFORMED' });
    expect(world.calls).toEqual([]);
  });

  test('is told apart: missing, unknown secret of a known key', () => {
    const world = createWorld();
    const known = world.addKey();
    world.db.prepare('DELETE FROM secrets WHERE key_id = ?').run(known.keyId);
    expect(world.refused({ key: known.secret })).toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringContaining(known.keyId),
    });
    const request = { method: 'GET', path: '/a', cost: 1, dryRun: false, explain: false };
    const outcome = world.verifier.verify(world.trade, request);
    expect(outcome).toMatchObject({
      kind: 'decision',
      decision: { code: 'MISSING_KEY', status: 401, key: null },
    });
  });
});

describe('states', () => {
  test('a revoked key is refused at the very next call, five thousand times over', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey();
    const revoke = world.db.prepare('UPDATE keys SET revoked_at_ms = 1 WHERE id = ?');
    const restore = world.db.prepare('UPDATE keys SET revoked_at_ms = NULL WHERE id = ?');
    for (let round = 0; round < 5_000; round += 1) {
      if (!world.ask({ key: secret }).valid) throw new Error(`round ${String(round)}: refused while active`);
      revoke.run(keyId);
      if (world.ask({ key: secret }).valid)
        throw new Error(`round ${String(round)}: allowed after the revoke`);
      restore.run(keyId);
    }
    expect(world.decisions.filter(({ code }) => code === 'REVOKED')).toHaveLength(5_000);
  });

  test('revoked answers before suspended, suspended before expired', () => {
    const world = createWorld();
    const all = { revokedAtMs: 1, suspendedAtMs: 1, expiresAtMs: START, suspendMessage: 'Call us.' };
    expect(world.refused({ key: world.addKey(all).secret }).code).toBe('REVOKED');
    const suspended = world.refused({ key: world.addKey({ ...all, revokedAtMs: null }).secret });
    expect(suspended).toMatchObject({ code: 'SUSPENDED', status: 401, detail: 'Call us.' });
    const expired = world.addKey({ ...all, revokedAtMs: null, suspendedAtMs: null });
    expect(world.refused({ key: expired.secret })).toMatchObject({
      code: 'EXPIRED',
      detail: 'Expired on 2026-11-22 09:30:00 UTC.',
    });
  });

  test('while rotating both secrets pass and the old one says so; at the end of the overlap it is refused', () => {
    const world = createWorld();
    const { keyId, secret: old } = world.addKey();
    const secret = world.addSecret(keyId, 2);
    world.db
      .prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1')
      .run(START + 5, keyId);
    expect(world.allowed({ key: secret })).toMatchObject({ rotation: null, key: { secretVersion: 2 } });
    expect(world.allowed({ key: old })).toMatchObject({
      rotation: { state: 'retiring', secretEndsAt: START + 5, currentVersion: 2 },
      key: { secretVersion: 1 },
    });
    world.clock.advance(5);
    expect(world.refused({ key: old })).toMatchObject({
      code: 'REVOKED',
      detail: 'The overlap of this secret ended on 2026-11-22 09:30:00 UTC.',
      key: { keyId },
    });
    expect(world.allowed({ key: secret }).key.secretVersion).toBe(2);
  });
});

describe('bindings', () => {
  test('a key bound to addresses passes from them alone, IPv4 also when it is written as IPv6', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ ipAllow: ['10.0.0.0/8', '203.0.113.9', '2001:db8::/32'] });
    for (const clientIp of ['10.1.2.3', '203.0.113.9', '2001:db8::1', '::ffff:10.1.2.3', '::ffff:a01:203']) {
      expect(world.ask({ key, clientIp }).code, clientIp).toBe('VALID');
    }
    for (const clientIp of [
      '11.1.2.3',
      '2001:db9::1',
      '::ffff:11.1.2.3',
      '',
      'nonsense',
      '10.1.2.3, 10.1.2.4',
    ]) {
      expect(world.ask({ key, clientIp }).code, clientIp).toBe('IP_NOT_ALLOWED');
    }
    expect(world.refused({ key })).toMatchObject({
      status: 403,
      detail: expect.stringContaining('no client address'),
    });
  });

  test('a key bound to origins needs one of them', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ originAllow: ['https://shop.example'] });
    expect(world.ask({ key, origin: 'https://shop.example' }).code).toBe('VALID');
    expect(world.refused({ key, origin: 'https://shop.example.evil' }).code).toBe('ORIGIN_NOT_ALLOWED');
    expect(world.refused({ key })).toMatchObject({
      status: 403,
      detail: expect.stringContaining('names none'),
    });
  });
});

describe('scopes', () => {
  test('without an allow rule at the calling service nothing passes', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ scopeIds: [scopeIdOf('stock:read')] });
    expect(world.refused({ key, path: '/stock' })).toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      status: 403,
      message: "GET /stock is not in this key's scopes.",
      missing: ['GET /stock'],
      rule: null,
    });
    const request = { key, method: 'GET', path: '/stock', cost: 1, dryRun: false, explain: false };
    expect(world.verifier.verify(world.stock, request)).toMatchObject({ decision: { code: 'VALID' } });
  });

  test("a deny rule of another scope wins, and the key's own rules apply at every service", () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      scopeIds: [scopeIdOf('inventory:read'), scopeIdOf('inventory:guard')],
      rules: [{ effect: 'allow', methods: ['POST'], path: '/everywhere' }],
    });
    expect(world.refused({ key, path: '/inventory/42/cost' })).toMatchObject({
      rule: 'deny * /inventory/{id}/cost (inventory:guard)',
    });
    const own = { key, method: 'POST', path: '/everywhere' };
    expect(world.ask(own).code).toBe('VALID');
    expect(
      world.verifier.verify(world.stock, { ...own, cost: 1, dryRun: false, explain: false }),
    ).toMatchObject({
      decision: { code: 'VALID', key: { scopes: [] } },
    });
    expect(world.decisions.at(-1)?.rule).toBe('allow POST /everywhere (own rule)');
  });

  test('demanded scopes pass alone when all are held, and together with the rules otherwise', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const scopesOnly = { key, cost: 1, dryRun: false, explain: false };
    const decide = (scopes: string[]) => world.verifier.verify(world.trade, { ...scopesOnly, scopes });
    expect(decide(['inventory:read'])).toMatchObject({ decision: { code: 'VALID' } });
    expect(decide(['inventory:read', 'stock:read'])).toMatchObject({ decision: { missing: ['stock:read'] } });
    expect(world.refused({ key, scopes: ['orders:write'] }).missing).toEqual(['orders:write']);
    expect(world.refused({ key, scopes: ['inventory:read'], path: '/x' }).missing).toEqual(['GET /x']);
  });

  test('a changed scope holds from the next call on', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    expect(world.ask({ key }).code).toBe('VALID');
    world.db.prepare(`UPDATE scopes SET rules = '[]' WHERE name = 'inventory:read'`).run();
    expect(world.ask({ key }).code).toBe('INSUFFICIENT_SCOPE');
  });

  test('a path that servers read in different ways says what is wrong with it', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    expect(world.refused({ key, path: '/inventory/a%2Fb' })).toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      detail: 'The path has an encoded slash.',
    });
  });
});
