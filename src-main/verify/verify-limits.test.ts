import { describe, expect, test } from 'vitest';
import { isAskToken } from '#main/domain/ask-token.ts';
import { createWorld, PLAN, START } from './verify-world.test-support.ts';

describe('limits', () => {
  test('the rate limit admits exactly its number in a window, and says when to come back', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 3, windowMs: 1_000 } });
    for (let call = 0; call < 3; call += 1) expect(world.ask({ key }).valid).toBe(true);
    world.clock.advance(400);
    expect(world.refused({ key })).toMatchObject({ code: 'RATE_LIMITED', status: 429, retryAfterMs: 600 });
    world.clock.advance(600);
    expect(world.allowed({ key }).rateLimit).toEqual({
      limit: 3,
      remaining: 2,
      resetMs: 1_000,
      windowMs: 1_000,
    });
  });

  test('what a call takes from a window is kept for the next start, but for windows below a minute that let more than 1,000 pass', () => {
    const world = createWorld();
    const kept = [
      [{ limit: 1_000, windowMs: 1_000 }, true],
      [{ limit: 1_001, windowMs: 59_999 }, false],
      [{ limit: 1_001, windowMs: 60_000 }, true],
    ] as const;
    for (const [rateLimit, isKept] of kept) {
      const alone = world.addKey({ rateLimit });
      const named = world.addKey({ rateLimits: [{ name: 'burst', ...rateLimit }] });
      for (const { secret: key } of [alone, named]) {
        world.allowed({ key });
        const use = { windowId: expect.any(String), windowMs: rateLimit.windowMs, cost: 1 };
        expect(world.decisions.at(-1)?.windows).toEqual(isKept ? [use] : null);
      }
    }
  });

  test('a change of the wall clock moves no window', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 1, windowMs: 1_000 } });
    world.allowed({ key });
    world.clock.wallMs += 86_400_000;
    expect(world.refused({ key }).code).toBe('RATE_LIMITED');
  });

  test('the quota is of the calendar, and starts anew at its end', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ quota: { limit: 2, period: 'day' } });
    world.allowed({ key });
    expect(world.allowed({ key }).quota?.remaining).toBe(0);
    expect(world.refused({ key })).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      status: 429,
      retryAfterMs: Date.UTC(2026, 10, 23) - START,
    });
    world.clock.advance(Date.UTC(2026, 10, 23) - START);
    expect(world.allowed({ key }).quota?.remaining).toBe(1);
  });

  test("the plan's limits hold for a key without its own; its own win one by one", () => {
    const world = createWorld();
    const planned = world.addKey({ planId: PLAN });
    expect(world.allowed({ key: planned.secret })).toMatchObject({
      rateLimit: { limit: 2 },
      quota: { limit: 3 },
    });
    const own = world.addKey({ planId: PLAN, rateLimit: { limit: 9, windowMs: 1_000 } });
    expect(world.allowed({ key: own.secret })).toMatchObject({
      rateLimit: { limit: 9 },
      quota: { limit: 3 },
    });
  });

  test('a refusal spends nothing: neither of a scope, nor the quota when the rate limit refuses, nor the other way', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimit: { limit: 3, windowMs: 1_000 },
      quota: { limit: 2, period: 'day' },
    });
    for (let call = 0; call < 5; call += 1) world.refused({ key, path: '/other' });
    expect(world.refused({ key, cost: 3 })).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterMs: null });
    expect(world.refused({ key, cost: 4 })).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: null });
    const left = world.allowed({ key, cost: 2 });
    expect([left.rateLimit?.remaining, left.quota?.remaining]).toEqual([1, 0]);
    expect(world.decisions.map(({ cost }) => cost)).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
  });

  test('limits belong to the key: both secrets of a rotation share them', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey({ rateLimit: { limit: 1, windowMs: 1_000 } });
    world.allowed({ key: world.addSecret(keyId, 2) });
    world.db
      .prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1')
      .run(START + 5, keyId);
    expect(world.refused({ key: secret }).code).toBe('RATE_LIMITED');
  });

  test('cost 0 is free and passes a full limit', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 1, windowMs: 1_000 } });
    world.allowed({ key });
    expect(world.allowed({ key, cost: 0 }).rateLimit?.remaining).toBe(0);
  });
});

describe('help', () => {
  test("a refusal names the application's contact and a page that knows what was asked for, never the key", () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const refusal = world.refused({ key, method: 'POST', path: `/a b/${key}?q=1` });
    expect(refusal.contact).toBe('feed@acme.example');
    const help = new URL(refusal.help ?? '');
    expect(help.origin + help.pathname).toBe('http://127.0.0.1:7420/request-access');
    expect(Object.fromEntries(help.searchParams)).toEqual({
      method: 'POST',
      path: expect.stringMatching(/^\/a b\/lk_live_datafeed_.{12}_\[redacted\]$/),
      service: 'trade',
      ask: expect.stringMatching(/^[0-9a-z]+\.[0-9A-Za-z_-]{22}$/),
    });
    expect(JSON.stringify(refusal)).not.toContain(key.slice(-49));
  });

  test('missing rights alone are signed, for exactly this service, method and path', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const askOf = (path: string) => {
      const refusal = world.refused({ key, method: 'POST', path });
      return new URL(refusal.help ?? '').searchParams.get('ask') ?? '';
    };
    const refused = { service: 'trade', method: 'POST', path: '/offers' };
    const { askMac } = world.keyring;
    expect(isAskToken(askMac, refused, askOf('/offers?q=1'), world.clock.nowMs())).toBe(true);
    expect(isAskToken(askMac, refused, askOf('/other'), world.clock.nowMs())).toBe(false);
    expect(world.refused({ key: 'x', method: 'POST', path: '/offers' }).help).not.toContain('ask=');
  });

  test("without a known key it is the operator's contact, and the operator's page when there is one", () => {
    expect(createWorld().refused({ key: 'x' }).contact).toBe('help@ops.example');
    const world = createWorld({ settings: { helpContact: null, helpUrl: 'https://ops.example/keys' } });
    expect(world.refused({ key: 'x' })).toMatchObject({ contact: null, help: 'https://ops.example/keys' });
    expect(world.refused({ key: 'x', path: '/\ud800' }).help).toBe('https://ops.example/keys');
  });

  test('half a surrogate pair in a path does not break the answer', () => {
    expect(createWorld().refused({ key: 'x', path: '/\ud800' }).help).toContain('path=%2F%EF%BF%BD');
  });
});
