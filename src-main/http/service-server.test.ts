import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyResponse } from '#contract/verify.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { startServiceServer } from './service-server.ts';
import {
  adminTokenOf,
  sendRaw,
  SERVICE_TOKEN,
  STRANGE_SERVICE_TOKEN,
  testDoors,
} from './doors.test-support.ts';
import { callerOf, refusedWith } from './service-call.test-support.ts';

let doors: ReturnType<typeof testDoors>;
let listener: LoopbackListener;

beforeEach(async () => {
  doors = testDoors();
  listener = await startServiceServer(doors.service, { port: 0 });
});
afterEach(() => listener.close(0));

const question = { key: 'lk_live_x', method: 'GET', path: '/inventory/42' };

const call = callerOf(() => listener.url);

describe('verify', () => {
  test('the check ran: 200, whatever came of it', async () => {
    const allowed = await call('/v1/verify', { body: question });
    expect(allowed.status).toBe(200);
    expect(verifyResponse.parse(allowed.body).valid).toBe(true);
    expect(allowed.headers.get('cache-control')).toBe('no-store');
    const refused = await call('/v1/verify', { body: { ...question, path: '/offers' } });
    expect(refused.status).toBe(200);
    expect(refused.body).toMatchObject({ valid: false, status: 403 });
  });

  test('a missing and a bad service token are told apart, and both challenge', async () => {
    const missing = call('/v1/verify', { body: question, token: null });
    await refusedWith(missing, 401, 'SERVICE_TOKEN_MISSING');
    expect((await missing).headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const token of [
      STRANGE_SERVICE_TOKEN,
      'lks_trade_typo',
      adminTokenOf('owner'),
      'lk_live_a_b_c',
      'a b',
    ]) {
      await refusedWith(call('/v1/verify', { body: question, token }), 401, 'SERVICE_TOKEN_INVALID');
    }
    await refusedWith(
      call('/v1/verify', {
        body: question,
        token: null,
        headers: { Authorization: `Basic ${SERVICE_TOKEN}` },
      }),
      401,
      'SERVICE_TOKEN_INVALID',
    );
    expect(doors.state.verified).toBe(0);
  });

  test('our own trouble is a 503 with Retry-After, never a 401', async () => {
    doors.state.isBroken = true;
    for (const path of ['/v1/verify', '/v1/verify/batch', '/v1/log']) {
      const answer = call(path, { body: question });
      await refusedWith(answer, 503, 'VERIFY_UNAVAILABLE');
      expect((await answer).headers.get('retry-after')).toBe('1');
    }
    await refusedWith(call('/v1/whoami', { token: adminTokenOf('owner') }), 503, 'VERIFY_UNAVAILABLE');
    expect(doors.state.logLines.join('')).not.toContain(SERVICE_TOKEN);
  });

  test('a bad body says which field and why, and never repeats a value', async () => {
    const bad = (body: unknown) => call('/v1/verify', { body });
    expect(await refusedWith(bad({ ...question, pth: 1 }), 400, 'UNKNOWN_FIELD')).toMatchObject({
      field: 'pth',
    });
    const proto = JSON.stringify(question).replace('{', '{"__proto__":{},');
    expect(await refusedWith(bad(proto), 400, 'UNKNOWN_FIELD')).toMatchObject({ field: '__proto__' });
    expect(await refusedWith(bad({ method: 'GET', path: '/' }), 400, 'BAD_REQUEST')).toMatchObject({
      field: 'key',
    });
    expect(await refusedWith(bad({ key: 'k' }), 400, 'BAD_REQUEST')).toMatchObject({ field: 'method' });
    expect(await refusedWith(bad({ ...question, cost: -1 }), 400, 'BAD_REQUEST')).toMatchObject({
      field: 'cost',
    });
    expect(await refusedWith(bad({ ...question, requestId: 'taken' }), 400, 'BAD_REQUEST')).toMatchObject({
      field: 'requestId',
    });
    for (const body of ['', '{', 'null', '[]', '"x"', '{"key":"a","key":"b"}', '['.repeat(500)]) {
      await refusedWith(bad(body), 400, 'BAD_REQUEST');
    }
    const long = 'lk_live_secret_'.repeat(40);
    expect((await bad({ ...question, key: long })).text).not.toContain('lk_live_secret');
  });

  test('null counts as absent for what is optional, and for nothing else', async () => {
    const optional = [
      'clientIp',
      'origin',
      'userAgent',
      'requestId',
      'tags',
      'scopes',
      'cost',
      'dryRun',
      'explain',
    ];
    const nulls = Object.fromEntries([...optional, 'keyId', 'secret'].map((name) => [name, null]));
    expect((await call('/v1/verify', { body: { ...question, ...nulls } })).status).toBe(200);
    const byScopes = { key: 'k', scopes: ['a'], method: null, path: null };
    expect((await call('/v1/verify', { body: byScopes })).status).toBe(200);
    for (const body of [
      { ...question, key: null },
      { ...question, method: null },
      { ...question, tags: [null] },
    ]) {
      await refusedWith(call('/v1/verify', { body }), 400, 'BAD_REQUEST');
    }
  });

  test('the body may have 8 KiB and not a byte more, with and without a declared length', async () => {
    const filled = (length: number) => {
      const empty = JSON.stringify({ ...question, userAgent: '' });
      return empty.replace('"userAgent":""', `"userAgent":"${'x'.repeat(length - empty.length)}"`);
    };
    await refusedWith(call('/v1/verify', { body: filled(8 * 1024 + 1) }), 413, 'BODY_TOO_LARGE');
    expect((await call('/v1/verify', { body: filled(8 * 1024) })).status).toBe(200);
    const chunked = await fetch(`${listener.url}/v1/verify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVICE_TOKEN}` },
      body: new Blob([filled(100_000)]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
  });
});

describe('batch', () => {
  test('answers in order, and an invalid item spoils no other', async () => {
    const items = [
      question,
      { key: 'k' },
      { ...question, path: '/offers' },
      7,
      { ...question, requestId: 'taken' },
      { ...question, pth: '/' },
    ];
    const { status, body } = await call('/v1/verify/batch', { body: { items } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [
        { valid: true },
        { valid: false, code: 'BAD_REQUEST', status: 400, error: { status: 400, field: 'method' } },
        { valid: false, code: 'INSUFFICIENT_SCOPE' },
        { valid: false, code: 'BAD_REQUEST', status: 400, error: { status: 400 } },
        { valid: false, code: 'BAD_REQUEST', error: { field: 'requestId' } },
        { valid: false, code: 'UNKNOWN_FIELD', status: 400, error: { field: 'pth' } },
      ],
    });
  });

  test('100 items and no more', async () => {
    const many = (count: number) => ({ items: Array.from({ length: count }, () => question) });
    expect((await call('/v1/verify/batch', { body: many(100) })).status).toBe(200);
    const refused = await refusedWith(call('/v1/verify/batch', { body: many(101) }), 400, 'BAD_REQUEST');
    expect(refused.field).toBe('items');
    await refusedWith(call('/v1/verify/batch', { body: many(0) }), 400, 'BAD_REQUEST');
    await refusedWith(call('/v1/verify/batch', { body: many(1), token: null }), 401, 'SERVICE_TOKEN_MISSING');
  });
});

describe('everything else', () => {
  test('whoami knows a service and an admin', async () => {
    expect((await call('/v1/whoami')).body).toMatchObject({ kind: 'service', slug: 'trade' });
    expect((await call('/v1/whoami', { token: adminTokenOf('viewer') })).body).toMatchObject({
      kind: 'admin',
      role: 'viewer',
    });
    doors.state.revoked.add('tok_viewer');
    await refusedWith(call('/v1/whoami', { token: adminTokenOf('viewer') }), 401, 'SERVICE_TOKEN_INVALID');
    await refusedWith(call('/v1/whoami', { token: null }), 401, 'SERVICE_TOKEN_MISSING');
  });

  test('healthz answers while readyz names what is missing', async () => {
    expect((await call('/readyz', { token: null })).status).toBe(200);
    doors.state.isBroken = true;
    expect((await call('/healthz', { token: null })).status).toBe(200);
    const ready = await call('/readyz', { token: null });
    expect(ready).toMatchObject({ status: 503, body: { notReady: ['The key store cannot be read.'] } });
  });

  test('identity answers the same nonce alike and another one differently', async () => {
    const ask = async (n: string) => (await call(`/identity?n=${n}`, { token: null })).body;
    const first = await ask('n'.repeat(32));
    expect(first).toMatchObject({ n: 'n'.repeat(32), instance: doors.service.instanceId });
    expect(await ask('n'.repeat(32))).toEqual(first);
    expect(await ask('m'.repeat(32))).not.toMatchObject({
      mac: Reflect.get(Object(first), 'mac') as unknown,
    });
    for (const query of ['', '?n=short', '?n=a&n=b', '?n[a]=aaaaaaaaaaaaaaaaaaaa', `?n=${'x'.repeat(200)}`]) {
      await refusedWith(call(`/identity${query}`, { token: null }), 400, 'BAD_REQUEST');
    }
  });

  test('the page for people shows the contact and nothing of the request', async () => {
    const page = await call('/request-access?reason=%3Cscript%3Ealert(1)%3C/script%3E&x=zebra', {
      token: null,
    });
    expect(page.status).toBe(200);
    expect(page.text).toContain('api-team@example.com');
    expect(page.text).not.toMatch(/<script|zebra|alert/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  test('unknown addresses and wrong methods are told apart', async () => {
    await refusedWith(call('/figures'), 404, 'NOT_FOUND');
    await refusedWith(call('/api/keys.list', { body: {} }), 404, 'NOT_FOUND');
    await refusedWith(call('/V1/verify', { body: {} }), 404, 'NOT_FOUND');
    await refusedWith(call('/healthz/'), 404, 'NOT_FOUND');
    const wrong = call('/v1/verify');
    await refusedWith(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect((await wrong).headers.get('allow')).toBe('POST');
    await refusedWith(call('/healthz', { body: {} }), 405, 'METHOD_NOT_ALLOWED');
    await refusedWith(call('/v1/verify', { method: 'DELETE' }), 405, 'METHOD_NOT_ALLOWED');
  });

  test('a key in the query string is refused on every route and is in no log line', async () => {
    for (const path of ['/healthz', '/nowhere', '/request-access']) {
      const answer = await call(`${path}?key=lk_live_datafeed_k7Qd2mX9pR4t_abc`, { token: null });
      expect(answer).toMatchObject({ status: 400, body: { code: 'KEY_IN_URL' } });
      expect(answer.text + doors.state.logLines.join('')).not.toContain('datafeed');
    }
  });

  test('a page of another site gets nothing, and no CORS header', async () => {
    for (const origin of ['http://evil.test', 'null', `http://127.0.0.1:${String(listener.port + 1)}`]) {
      const raw = await sendRaw(
        listener.port,
        `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${String(listener.port)}\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`,
      );
      expect(raw.text).toMatch(/^HTTP\/1\.1 403/);
      expect(raw.text.toLowerCase()).not.toContain('access-control');
    }
  });
});
