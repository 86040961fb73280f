import { describe, expect, test } from 'vitest';
import { requestId } from '#contract/ids.ts';
import { createWorld, START } from './verify-world.test-support.ts';

const ID = requestId.parse('req-1');
const OTHER_ID = requestId.parse('req-2');

describe('the request log', () => {
  test('gets one row for each decision, with who asked, what, and why it was decided so', () => {
    const world = createWorld();
    const { keyId, secret: key } = world.addKey({ name: 'Feed', quota: { limit: 5, period: 'month' } });
    const answer = world.allowed({
      key,
      path: '/inventory/42?token=x',
      clientIp: '203.0.113.9',
      userAgent: `curl ${key}`,
      cost: 2,
      tags: ['version=318'],
    });
    expect(world.decisions).toEqual([
      {
        requestId: answer.requestId,
        atMs: START,
        serviceId: world.trade.id,
        service: 'Trade',
        principal: {
          keyId,
          keyName: 'Feed',
          environment: 'live',
          secretVersion: 1,
          applicationId: 'app_AAAAAAAAAAAAAAAA',
          application: 'Data feed',
          partnerId: 'par_AAAAAAAAAAAAAAAA',
          partner: 'Acme',
        },
        code: 'VALID',
        method: 'GET',
        path: '/inventory/42',
        clientIp: '203.0.113.9',
        userAgent: `curl ${key.slice(0, -49)}[redacted]`,
        rule: 'allow GET /inventory/** (inventory:read)',
        detail: null,
        latencyUs: 0,
        tags: ['version=318'],
        cost: 2,
        quota: {
          ownerId: keyId,
          period: 'month',
          periodStartMs: Date.UTC(2026, 10, 1),
          used: 2,
          limit: 5,
          notice: null,
        },
        windows: null,
      },
    ]);
  });

  test('never holds a secret, whatever was sent where', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    world.ask({ key, path: `/${key}`, userAgent: key, origin: key });
    world.ask({ key: `${key}x`, path: `/x?key=${key}` });
    expect(JSON.stringify(world.decisions)).not.toContain(key.slice(-49));
  });

  test('a refusal is a row too, without a principal when no key is known, and spends nothing', () => {
    const world = createWorld();
    const { keyId, secret: key } = world.addKey({ quota: { limit: 5, period: 'day' } });
    world.refused({ key: 'x' });
    world.refused({ key, path: '/%00' });
    expect(world.decisions).toMatchObject([
      { code: 'MALFORMED', principal: null, cost: 0, quota: null },
      {
        code: 'INSUFFICIENT_SCOPE',
        principal: { keyId },
        cost: 0,
        quota: null,
        detail: 'The path has a NUL character.',
      },
    ]);
  });

  test('last use is noted for a genuine live secret, and the service whenever it asks', () => {
    const world = createWorld();
    const live = world.addKey();
    const revoked = world.addKey({ revokedAtMs: 1 });
    world.ask({ key: live.secret, path: '/other' });
    world.ask({ key: revoked.secret });
    world.ask({ key: 'x' });
    const service = world.trade.id;
    expect(world.touched).toEqual([service, `${live.keyId} 1`, service, service]);
  });

  test('a failing store is no refusal: the error goes out, nothing is spent or recorded', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 1, windowMs: 1_000 } });
    world.db.close();
    expect(() => world.ask({ key })).toThrow();
    expect([world.decisions, world.touched]).toEqual([[], []]);
  });
});

describe('a dry run', () => {
  test('decides like a real call and leaves no trace', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimit: { limit: 1, windowMs: 1_000 },
      quota: { limit: 1, period: 'day' },
    });
    for (let call = 0; call < 3; call += 1) {
      const answer = world.allowed({ key, dryRun: true, requestId: ID });
      expect([answer.rateLimit?.remaining, answer.quota?.remaining]).toEqual([1, 1]);
    }
    expect([world.decisions, world.touched, world.verifier.figures().count]).toEqual([[], [], 0]);
    world.allowed({ key });
    expect(world.refused({ key, dryRun: true }).code).toBe('RATE_LIMITED');
  });
});

describe("a caller's own request id", () => {
  test('repeated within five minutes neither spends nor logs again, and both answers carry it', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 1, windowMs: 600_000 } });
    for (let call = 0; call < 3; call += 1) {
      const answer = world.allowed({ key, requestId: ID });
      expect(answer).toMatchObject({ requestId: ID, rateLimit: { remaining: 0 } });
      world.clock.advance(99_000);
    }
    expect(world.decisions).toHaveLength(1);
    expect(world.refused({ key, requestId: OTHER_ID }).code).toBe('RATE_LIMITED');
  });

  test('a repeat is decided anew: a key revoked in between is refused', () => {
    const world = createWorld();
    const { keyId, secret: key } = world.addKey();
    world.allowed({ key, requestId: ID });
    world.db.prepare('UPDATE keys SET revoked_at_ms = 1 WHERE id = ?').run(keyId);
    expect(world.refused({ key, requestId: ID }).code).toBe('REVOKED');
    expect(world.decisions).toHaveLength(1);
  });

  test('once refused is never granted: the same refusal again, nothing spent, no second row', () => {
    const world = createWorld();
    const { keyId, secret: key } = world.addKey({
      rateLimit: { limit: 1, windowMs: 1_000 },
      quota: { limit: 2, period: 'month' },
    });
    world.allowed({ key });
    const { latencyUs: _latencyUs, ...first } = world.refused({
      key,
      requestId: ID,
      path: '/inventory/9?a=b',
    });
    expect(first).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1_000, key: { keyId } });
    world.clock.advance(1_000);
    for (let call = 0; call < 3; call += 1) {
      expect(world.refused({ key, requestId: ID, path: '/inventory/9?a=b' })).toMatchObject(first);
    }
    expect(world.decisions.map(({ code }) => code)).toEqual(['VALID', 'RATE_LIMITED']);
    // What the repeats did not take is still there.
    expect(world.allowed({ key })).toMatchObject({ rateLimit: { remaining: 0 }, quota: { remaining: 0 } });
  });

  test('a key suspended at the first call and resumed since stays refused under that id only', () => {
    const world = createWorld();
    const { keyId, secret: key } = world.addKey({ suspendedAtMs: 1 });
    expect(world.refused({ key, requestId: ID }).code).toBe('SUSPENDED');
    world.db.prepare('UPDATE keys SET suspended_at_ms = NULL WHERE id = ?').run(keyId);
    expect(world.refused({ key, requestId: ID }).code).toBe('SUSPENDED');
    expect(world.allowed({ key, requestId: OTHER_ID }).valid).toBe(true);
    const granted = world.decisions.filter(({ code }) => code === 'VALID');
    expect(granted.map(({ requestId }) => requestId)).toEqual([OTHER_ID]);
  });

  test('a repeated refusal explains that nothing was decided', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    world.refused({ key, path: '/other', requestId: ID });
    const { trace = [] } = world.refused({ key, path: '/other', requestId: ID, explain: true });
    expect(trace).toHaveLength(14);
    expect(trace.every(({ outcome }) => outcome === 'skip')).toBe(true);
  });

  test('with another key, method, path, cost or other scopes it is a mistake of the caller', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const other = world.addKey();
    const request = {
      key,
      method: 'GET',
      path: '/inventory/1',
      requestId: ID,
      cost: 1,
      dryRun: false,
      explain: false,
    };
    expect(world.verifier.verify(world.trade, request).kind).toBe('decision');
    const changes = [
      { key: other.secret },
      { method: 'POST' },
      { path: '/inventory/2' },
      { cost: 2 },
      { scopes: ['inventory:read'] },
    ];
    for (const change of changes) {
      const outcome = world.verifier.verify(world.trade, { ...request, ...change });
      expect(outcome).toMatchObject({ kind: 'bad-request', field: 'requestId' });
    }
    expect(world.decisions).toHaveLength(1);
    // Another service has ids of its own.
    expect(world.verifier.verify(world.stock, { ...request, path: '/stock' }).kind).toBe('decision');
  });

  test('after five minutes it is a new request', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    world.allowed({ key, requestId: ID });
    world.clock.advance(5 * 60_000);
    expect(world.allowed({ key, path: '/inventory/other', requestId: ID }).valid).toBe(true);
    expect(world.decisions).toHaveLength(2);
  });
});

describe('explain', () => {
  test('shows every step in order with its result; what was not reached is skipped', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      ipAllow: ['10.0.0.0/8'],
      rateLimit: { limit: 9, windowMs: 1_000 },
    });
    const passed = world.allowed({ key, explain: true, clientIp: '10.0.0.1' }).trace ?? [];
    expect(passed.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'parse pass',
      'source pass',
      'lookup pass',
      'state pass',
      'expiry pass',
      'ip pass',
      'origin skip',
      'userAgent skip',
      'service skip',
      'time skip',
      'signature skip',
      'scope pass',
      'rateLimit pass',
      'quota skip',
    ]);
    expect(passed[11]?.detail).toBe('allow GET /inventory/** (inventory:read)');
    const refused = world.refused({ key, explain: true, clientIp: '11.0.0.1' }).trace ?? [];
    expect(refused.map(({ outcome }) => outcome)).toEqual([
      ...['pass', 'pass', 'pass', 'pass', 'pass', 'fail'],
      ...['skip', 'skip', 'skip', 'skip', 'skip', 'skip', 'skip', 'skip'],
    ]);
    expect(world.allowed({ key, clientIp: '10.0.0.1' })).not.toHaveProperty('trace');
  });

  test('durations are microseconds of the monotonic clock and add up to the latency', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const original = world.clock.monotonicMs();
    let ticks = 0;
    Object.assign(world.clock, { monotonicMs: () => original + (ticks += 0.002) });
    const { latencyUs, trace = [] } = world.allowed({ key, explain: true });
    const sum = trace.reduce((total, { durationUs }) => total + durationUs, 0);
    expect(trace.every(({ durationUs }) => durationUs === 2)).toBe(true);
    expect(sum).toBeLessThanOrEqual(latencyUs);
  });
});

test('figures count decisions and their latency', () => {
  const world = createWorld();
  expect(world.verifier.figures()).toEqual({ count: 0, requestsPerSecond: 0, latencyUs: null });
  const { secret: key } = world.addKey();
  for (let call = 0; call < 20; call += 1) world.ask({ key });
  expect(world.verifier.figures()).toMatchObject({ count: 20, requestsPerSecond: 2 });
  world.clock.advance(10_000);
  expect(world.verifier.figures()).toMatchObject({ count: 20, requestsPerSecond: 0 });
});
