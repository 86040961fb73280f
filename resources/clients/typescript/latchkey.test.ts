import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listening } from '../unavailable-suite.test-support.ts';
import { CACHE_MS_MAX } from './decision-cache.ts';
import { createLatchkey } from './latchkey.ts';
import type { LatchkeyOptions } from './latchkey.ts';

interface Seen {
  readonly path: string;
  readonly body: {
    readonly key?: string;
    readonly requestId?: string;
    readonly entries?: readonly unknown[];
  };
}

const DECISION = {
  valid: true,
  code: 'VALID',
  status: 200,
  requestId: 'req_1',
  key: { keyId: 'k7Qd2mX9pR4t', expiresAt: null },
  application: {},
  partner: {},
  rateLimit: null,
  rateLimits: [],
  quota: null,
  rotation: null,
};

let server: Server;
let url: string;
let seen: Seen[];
let answers: { status: number; body: unknown }[];
let cacheControl: string | null;

beforeEach(async () => {
  seen = [];
  answers = [];
  cacheControl = 'private, max-age=60';
  server = createServer((request, response) => {
    if (request.url === '/v1/events') {
      response.writeHead(404).end();
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      seen.push({ path, body: JSON.parse(text) as Seen['body'] });
      const usual =
        path === '/v1/log'
          ? { status: 202, body: { accepted: 1, rejected: [] } }
          : { status: 200, body: DECISION };
      const { body, status } = answers.shift() ?? usual;
      if (cacheControl !== null) response.setHeader('Cache-Control', cacheControl);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  url = await listening(server);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const clientOf = (more: Partial<LatchkeyOptions> = {}) => createLatchkey({ url, token: 'lks_t', ...more });
const ask = { key: 'lk_live_x', method: 'GET', path: '/a' };
const report = (requestId: string) => ({ requestId, responseStatus: 200, durationMs: 1 });

describe('decisions', () => {
  test('are asked anew each time unless a time is stated', async () => {
    const latchkey = clientOf();
    await latchkey.verify(ask);
    await latchkey.verify(ask);
    expect(seen).toHaveLength(2);
  });

  test('are kept for the stated time, for the same question and key alone', async () => {
    const latchkey = clientOf({ cacheMs: 200 });
    const before = Date.now();
    expect(await latchkey.verify(ask)).toMatchObject({ kind: 'allowed', isCached: false, ageMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const kept = await latchkey.verify(ask);
    expect(kept).toMatchObject({ kind: 'allowed', isCached: true });
    // It says how old it is.
    const ageMs = 'ageMs' in kept ? kept.ageMs : 0;
    expect(ageMs).toBeGreaterThan(0);
    expect(ageMs).toBeLessThanOrEqual(Date.now() - before);
    for (const other of [
      { key: 'lk_live_y' },
      { path: '/b' },
      { method: 'POST' },
      { clientIp: '203.0.113.9' },
    ]) {
      expect(await latchkey.verify({ ...ask, ...other })).toMatchObject({ isCached: false });
    }
    await new Promise((resolve) => setTimeout(resolve, 220));
    expect(await latchkey.verify(ask)).toMatchObject({ isCached: false });
  });

  test('are kept no longer than Latchkey permits, and not at all unless it does', async () => {
    for (const told of [null, 'no-store', 'private, max-age=0', 'no-store, max-age=60', 'max-age=soon']) {
      cacheControl = told;
      const latchkey = clientOf({ cacheMs: 60_000 });
      await latchkey.verify(ask);
      expect(await latchkey.verify(ask), String(told)).toMatchObject({ isCached: false });
      await latchkey.close();
    }
    const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
    for (const [told, cacheMs, keptMs] of [
      ['private, max-age=5', 60_000, 5_000],
      ['Private,Max-Age=5', 60_000, 5_000],
      ['private, max-age=5', 2_000, 2_000],
      ['private, max-age=86400', 3_600_000, CACHE_MS_MAX],
    ] as const) {
      cacheControl = told;
      const latchkey = clientOf({ cacheMs });
      const startedMs = Date.now();
      await latchkey.verify(ask);
      now.mockReturnValue(startedMs + keptMs - 1);
      expect(await latchkey.verify(ask)).toMatchObject({ isCached: true, ageMs: keptMs - 1 });
      now.mockReturnValue(startedMs + keptMs);
      expect(await latchkey.verify(ask)).toMatchObject({ isCached: false });
      await latchkey.close();
    }
    now.mockRestore();
  });

  test('are not kept over a clock that is set back', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(10_000_000);
    for (const kept of [{ cacheMs: 60_000 }, { lastGoodMs: 60_000 }]) {
      const latchkey = clientOf(kept);
      expect((await latchkey.verify(ask)).kind).toBe('allowed');
      now.mockReturnValue(10_000_000 - 3_600_000);
      const isDown = 'lastGoodMs' in kept;
      answers = isDown ? Array.from({ length: 5 }, () => ({ status: 503, body: {} })) : [];
      const later = await latchkey.verify(ask);
      expect(later).toMatchObject(isDown ? { kind: 'unavailable' } : { isCached: false });
      answers = [];
      now.mockReturnValue(10_000_000);
      await latchkey.close();
    }
    now.mockRestore();
  });

  test('with limits, refusals and ended keys are never kept', async () => {
    const limit = { limit: 5, remaining: 4, resetMs: 1, windowMs: 1_000 };
    const kept = [
      { ...DECISION, rateLimit: limit },
      { ...DECISION, quota: { limit: 5, remaining: 4, period: 'day', resetsAt: 1 } },
      { ...DECISION, key: { ...DECISION.key, expiresAt: Date.now() - 1 } },
      { ...DECISION, valid: false, code: 'REVOKED', status: 401, key: null },
    ];
    for (const body of kept) {
      const latchkey = clientOf({ cacheMs: 60_000 });
      answers = [{ status: 200, body }];
      await latchkey.verify(ask);
      expect(await latchkey.verify(ask)).toMatchObject({ kind: 'allowed', isCached: false });
    }
  });

  test('are asked with a request id of their own each time, or with the one that is told', async () => {
    const latchkey = clientOf();
    await latchkey.verify(ask);
    await latchkey.verify(ask);
    await latchkey.verify({ ...ask, requestId: 'mine' });
    const [first = '', second, third] = seen.map(({ body }) => body.requestId);
    expect(first).toMatch(/^req_[0-9a-f]{28}$/);
    expect(second).not.toBe(first);
    expect(third).toBe('mine');
  });

  test('stand in for a stated time while Latchkey is away, for the same question alone; off unless told', async () => {
    const away = { status: 503, body: {} };
    const wrongToken = { status: 401, body: {} };
    const latchkey = clientOf({ lastGoodMs: 300 });
    await latchkey.verify(ask);
    answers = [away, away, wrongToken];
    expect(await latchkey.verify(ask)).toMatchObject({ kind: 'allowed', isCached: true });
    expect(await latchkey.verify({ ...ask, path: '/b' })).toMatchObject({ kind: 'unavailable' });
    expect(await latchkey.verify(ask)).toMatchObject({ kind: 'unavailable' });
    await new Promise((resolve) => setTimeout(resolve, 320));
    answers = [away];
    expect(await latchkey.verify(ask)).toMatchObject({ kind: 'unavailable' });
    const plain = clientOf();
    await plain.verify(ask);
    answers = [away];
    expect(await plain.verify(ask)).toMatchObject({ kind: 'unavailable', mayPass: false });
    await latchkey.close();
  });

  test('stand in for an answer only where Latchkey permits to keep it, and not beyond a newer one that it does not', async () => {
    const soon = Date.now() + 1_000;
    const rotation = { state: 'retiring', secretEndsAt: soon + 60_000, currentVersion: 2 };
    const inTrial = { ...rotation, brownout: { from: Date.now() - 1, to: soon } };
    for (const [told, body, isStandIn] of [
      ['private, max-age=1', DECISION, true],
      ['private, max-age=1', { ...DECISION, rotation }, true],
      ['private, max-age=1', { ...DECISION, rotation: inTrial }, false],
      ['no-store', DECISION, false],
      ['private, max-age=0', DECISION, false],
      [null, DECISION, false],
    ] as const) {
      const latchkey = clientOf({ lastGoodMs: 60_000 });
      cacheControl = 'private, max-age=60';
      await latchkey.verify(ask);
      cacheControl = told;
      answers = [{ status: 200, body }];
      await latchkey.verify(ask);
      answers = [{ status: 503, body: {} }];
      const kind = isStandIn ? 'allowed' : 'unavailable';
      expect(await latchkey.verify(ask), JSON.stringify([told, body.rotation])).toMatchObject({ kind });
      await latchkey.close();
    }
  });

  test('stand in no longer once the same question was refused, and never for keys with limits', async () => {
    const refused = { ...DECISION, valid: false, code: 'REVOKED', status: 401, key: null };
    const limited = { ...DECISION, rateLimit: { limit: 5, remaining: 4, resetMs: 1, windowMs: 1_000 } };
    for (const last of [refused, limited]) {
      const latchkey = clientOf({ lastGoodMs: 60_000 });
      answers = [{ status: 200, body: last }];
      if (last === refused) answers.unshift({ status: 200, body: DECISION });
      while (answers.length > 0) await latchkey.verify(ask);
      answers = [{ status: 503, body: {} }];
      expect(await latchkey.verify(ask)).toMatchObject({ kind: 'unavailable' });
      await latchkey.close();
    }
  });

  test('that are no answer of Latchkey let nobody pass, whatever the policy', async () => {
    const latchkey = clientOf({ onUnavailable: 'allow' });
    const { application: _application, ...cut } = DECISION;
    for (const body of [{}, null, 'yes', { valid: true }, cut]) {
      answers = [{ status: 200, body }];
      expect(await latchkey.verify(ask)).toMatchObject({ kind: 'unavailable', mayPass: false });
    }
  });
});

describe('reports', () => {
  test('go out together after a while, at once when a batch is full, and all at the end', async () => {
    const latchkey = clientOf({ reports: { flushMs: 40, batchSize: 3 } });
    latchkey.report(report('a'));
    latchkey.report(report('b'));
    expect(seen).toEqual([]);
    await expect.poll(() => seen.map(({ body }) => body.entries?.length)).toEqual([2]);
    const patient = clientOf({ reports: { flushMs: 60_000, batchSize: 3 } });
    for (const one of ['c', 'd', 'e']) patient.report(report(one));
    await expect.poll(() => seen.map(({ body }) => body.entries?.length)).toEqual([2, 3]);
    patient.report(report('f'));
    await patient.close();
    expect(seen.map(({ body }) => body.entries?.length)).toEqual([2, 3, 1]);
    expect(patient.reportFigures()).toEqual({ queued: 0, sent: 4, dropped: 0, rejected: 0 });
  });

  test('that are not taken are sent once more, and then dropped and counted', async () => {
    const latchkey = clientOf();
    answers = [{ status: 503, body: {} }];
    latchkey.report(report('a'));
    await latchkey.close();
    expect(latchkey.reportFigures()).toMatchObject({ sent: 1, dropped: 0 });
    answers = [
      { status: 503, body: {} },
      { status: 503, body: {} },
    ];
    latchkey.report(report('b'));
    await latchkey.close();
    expect(latchkey.reportFigures()).toMatchObject({ sent: 1, dropped: 1 });
    expect(seen).toHaveLength(4);
  });

  test('beyond the queue are dropped and counted; what Latchkey rejects is counted', async () => {
    const latchkey = clientOf({ reports: { queueMax: 2 } });
    for (const one of ['a', 'b', 'c', 'd']) latchkey.report(report(one));
    expect(latchkey.reportFigures()).toMatchObject({ queued: 2, dropped: 2 });
    answers = [{ status: 202, body: { accepted: 1, rejected: [{ index: 1, code: 'UNKNOWN_REQUEST' }] } }];
    await latchkey.close();
    expect(latchkey.reportFigures()).toEqual({ queued: 0, sent: 2, dropped: 2, rejected: 1 });
  });
});
