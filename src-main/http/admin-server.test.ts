import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SESSION_IDLE_MS } from '#contract/session-rules.ts';
import { sessionCookieName } from './admin-auth.ts';
import { uiHeaders } from '#main/platform/ui-headers.ts';
import { startAdminServer } from './admin-server.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { adminTokenOf, testDoors } from './doors.test-support.ts';

let doors: ReturnType<typeof testDoors>;
let listener: LoopbackListener;
let uiDirectory: string;
let monotonicMs: number;

beforeEach(async () => {
  doors = testDoors();
  monotonicMs = 0;
  uiDirectory = mkdtempSync(join(tmpdir(), 'latchkey-ui-'));
  listener = await startAdminServer(doors.admin, { port: 0, uiDirectory, monotonicMs: () => monotonicMs });
});
afterEach(async () => {
  await listener.close(0);
  rmSync(uiDirectory, { recursive: true });
});

type Headers = Record<string, string>;
const bearer = (role: Parameters<typeof adminTokenOf>[0] = 'owner'): Headers => ({
  Authorization: `Bearer ${adminTokenOf(role)}`,
});

async function call(path: string, body?: unknown, headers: Headers = {}, method?: string) {
  const response = await fetch(`${listener.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : null,
  };
}

async function signIn(): Promise<{
  cookie: Headers;
  csrf: Headers;
  both: Headers;
  setCookie: string;
  sessionId: string;
}> {
  const { code } = doors.sessions.createCode('admin');
  const answer = await call('/api/session/pair', { code });
  expect(answer.status).toBe(200);
  const { data } = answer.body as { data: { csrfToken: string; session: { id: string } } };
  const setCookie = answer.headers.get('set-cookie') ?? '';
  const cookie = { Cookie: setCookie.split(';')[0] ?? '' };
  const csrf = { 'X-CSRF': data.csrfToken };
  return { cookie, csrf, both: { ...cookie, ...csrf }, setCookie, sessionId: data.session.id };
}

describe('who may call', () => {
  test('a bearer admin token, with its role', async () => {
    const answer = await call('/api/keys.list', { limit: 5 }, bearer('viewer'));
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(doors.state.dispatched).toEqual([{ name: 'keys.list', input: { limit: 5 }, role: 'viewer' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('nobody without one: 401 as a Reply, and dispatch never hears of it', async () => {
    for (const headers of [{}, { Authorization: 'Bearer lka_wrong' }, { Authorization: 'Basic abc' }]) {
      const answer = await call('/api/keys.list', {}, headers);
      expect(answer).toMatchObject({ status: 401, body: { ok: false, error: { code: 'UNAUTHENTICATED' } } });
    }
    expect((await call('/api/events')).status).toBe(401);
    expect((await call('/api/session')).status).toBe(401);
    expect((await call('/api/session/end', {})).status).toBe(401);
    expect(doors.state.dispatched).toEqual([]);
  });

  test('a session needs its cookie and its CSRF header, both', async () => {
    const session = await signIn();
    const other = await signIn();
    expect((await call('/api/keys.list', {}, session.both)).status).toBe(200);
    expect((await call('/api/keys.list', {}, session.cookie)).status).toBe(401);
    expect((await call('/api/keys.list', {}, session.csrf)).status).toBe(401);
    expect((await call('/api/keys.list', {}, { ...session.cookie, ...other.csrf })).status).toBe(401);
    expect((await call('/api/events', undefined, session.cookie)).status).toBe(401);
  });

  test('the cookie cannot be read by scripts, sent in clear to other hosts, or set for a path', async () => {
    const { setCookie } = await signIn();
    expect(setCookie).toMatch(/^__Host-sid-ins123456789=[0-9A-Za-z]{43}; /);
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/'])
      expect(setCookie).toContain(attribute);
    expect(setCookie).not.toContain('Domain');
  });

  test('a page on another port of this host, with the cookie attached by the browser, is refused', async () => {
    const { cookie, both } = await signIn();
    const attacker = createServer();
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', () => resolve()));
    const origin = `http://127.0.0.1:${String((attacker.address() as AddressInfo).port)}`;
    attacker.close();
    for (const sent of [cookie, both]) {
      for (const headers of [{ Origin: origin }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: 'null' }]) {
        const answer = await call('/api/keys.list', {}, { ...sent, ...headers });
        expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_ORIGIN' } });
      }
    }
    // A form post needs no preflight, and a rebound name sends neither Origin nor Sec-Fetch-Site.
    expect((await call('/api/keys.list', 'a=b', { ...both, 'Content-Type': 'text/plain' })).status).toBe(415);
    expect(doors.state.dispatched).toEqual([]);
  });

  test('a session opened with a token ends when the token is revoked', async () => {
    const answer = await call('/api/session/token', { token: adminTokenOf('issuer') });
    const { data } = answer.body as { data: { csrfToken: string } };
    const headers = {
      Cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '',
      'X-CSRF': data.csrfToken,
    };
    expect((await call('/api/session', undefined, headers)).body).toMatchObject({ data: { role: 'issuer' } });
    doors.state.revoked.add('tok_issuer');
    expect((await call('/api/keys.list', {}, headers)).status).toBe(401);
    expect(doors.sessions.list(null)).toEqual([]);
  });
});

describe('sign-in', () => {
  test('a pairing link works once, and says so', async () => {
    const { code } = doors.sessions.createCode('owner');
    expect((await call('/api/session/pair', { code })).status).toBe(200);
    const again = await call('/api/session/pair', { code });
    expect(again.status).toBe(401);
    expect(again.text).toContain('used already');
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  test('wrong tokens are slowed down after five, and the right one has to wait too', async () => {
    const wrong = () => call('/api/session/token', { token: 'lka_nope' });
    for (let tries = 0; tries < 5; tries += 1) expect((await wrong()).status).toBe(401);
    const right = () => call('/api/session/token', { token: adminTokenOf('owner') });
    const early = await right();
    expect(early).toMatchObject({ status: 429, body: { error: { code: 'THROTTLED' } } });
    expect(early.headers.get('retry-after')).toBe('30');
    monotonicMs += 30_001;
    expect((await right()).status).toBe(200);
  });

  test('signing out ends the session and takes the cookie back', async () => {
    const session = await signIn();
    const answer = await call('/api/session/end', {}, session.both);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await call('/api/session', undefined, session.both)).status).toBe(401);
  });

  test('idleness ends a session, background calls do not keep it', async () => {
    const session = await signIn();
    doors.state.advance(SESSION_IDLE_MS - 1);
    expect((await call('/api/keys.list', {}, { ...session.both, 'X-Background': '1' })).status).toBe(200);
    doors.state.advance(1);
    expect((await call('/api/keys.list', {}, session.both)).status).toBe(401);
  });
});

describe('calls', () => {
  test('an empty body is an empty input; broken, deep and doubled JSON is INVALID_INPUT', async () => {
    expect((await call('/api/system.status', '', bearer())).body).toMatchObject({ data: { input: {} } });
    for (const body of ['{', '{"a":1,"a":2}', `{"a":${'['.repeat(16)}${']'.repeat(16)}}`]) {
      const answer = await call('/api/keys.list', body, bearer());
      expect(answer).toMatchObject({ status: 400, body: { ok: false, error: { code: 'INVALID_INPUT' } } });
    }
  });

  test('an import may nest deeper and be larger than anything else', async () => {
    const deep = (levels: number) => `{"openapi":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
    expect((await call('/api/endpoints.import', deep(98), bearer())).status).toBe(200);
    expect((await call('/api/endpoints.import', deep(100), bearer())).status).toBe(400);
    const large = JSON.stringify({ openapi: 'x'.repeat(5 * 1024 * 1024) });
    expect((await call('/api/endpoints.import', large, bearer())).status).toBe(200);
    const tooLarge = JSON.stringify({ openapi: 'x'.repeat(6 * 1024 * 1024) });
    expect(await call('/api/endpoints.import', tooLarge, bearer())).toMatchObject({ status: 413 });
  });

  test('only POST calls a procedure', async () => {
    const answer = await call('/api/keys.list', undefined, bearer());
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect((await call('/api/keys.list', {}, bearer(), 'PUT')).status).toBe(405);
    expect((await call('/api/a/b', {}, bearer())).status).toBe(404);
  });
});

describe('events', () => {
  async function listen(headers: Headers) {
    const response = await fetch(`${listener.url}/api/events`, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('There is no stream.');
    let seen = '';
    const until = async (text: string) => {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read();
        if (done) return false;
        seen += value;
      }
      return true;
    };
    return { until, cancel: () => reader.cancel() };
  }

  test('an announcement reaches every listener as one event', async () => {
    const session = await signIn();
    const streams = await Promise.all([listen(session.both), listen(bearer('viewer'))]);
    doors.state.announce({ kind: 'changed', subjects: ['keys', 'audit'] });
    for (const stream of streams) {
      expect(
        await stream.until('event: changed\ndata: {"kind":"changed","subjects":["keys","audit"]}\n\n'),
      ).toBe(true);
      await stream.cancel();
    }
  });

  test('the stream ends with its session, and nothing is left behind', async () => {
    const session = await signIn();
    const stream = await listen(session.both);
    doors.sessions.end(session.sessionId);
    expect(await stream.until('never')).toBe(false);
    await expect.poll(() => doors.state.listeners.size).toBe(0);
  });

  test('closing the listener ends the streams at once', async () => {
    const stream = await listen(bearer());
    await listener.close(2_000);
    expect(await stream.until('never')).toBe(false);
  });
});

describe('the UI', () => {
  const build = () => {
    mkdirSync(join(uiDirectory, 'assets'));
    writeFileSync(join(uiDirectory, 'index.html'), '<!doctype html><title>UI</title>');
    writeFileSync(join(uiDirectory, 'assets', 'app-1a2b.js'), 'run()');
  };

  test('the page is never kept, assets are kept for good, all with the policy', async () => {
    build();
    for (const path of ['/', '/index.html', '/?theme=dark']) {
      const page = await call(path);
      expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>UI</title>' });
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('content-security-policy')).toBe(uiHeaders()['Content-Security-Policy']);
      expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    }
    const asset = await call('/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await call('/assets/none.js')).status).toBe(404);
    expect((await call('/..%2f..%2fetc%2fpasswd')).status).toBe(404);
    expect((await call('/', {})).status).toBe(405);
  });

  test('the address of a screen leads to the page with that screen in its fragment', async () => {
    build();
    const screen = '/keys/k7Qd2mX9pR4t/traffic?range=24h';
    const answer = await fetch(`${listener.url}${screen}`, { redirect: 'manual' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`/#${screen}`);
    expect((await call(screen)).text).toContain('<title>UI</title>');
  });

  test('without a build the page says what to do', async () => {
    const page = await call('/');
    expect(page.status).toBe(503);
    expect(page.text).toContain('npm run build');
  });

  test('the guard stands before files and pages too', async () => {
    build();
    for (const path of ['/', '/assets/app-1a2b.js', '/nowhere.js']) {
      expect((await call(path, undefined, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    }
  });
});

test('two instances on one host use cookies of different names', () => {
  expect(sessionCookieName('ins_aaaaaaaaaaaaaaaa')).not.toBe(sessionCookieName('ins_bbbbbbbbbbbbbbbb'));
});
