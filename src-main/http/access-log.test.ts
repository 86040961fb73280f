import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatKey } from '#main/domain/key-format.ts';
import { keyId } from '#contract/ids.ts';
import type { Settings } from '#contract/settings.ts';
import { AccessLog } from './access-log.ts';
import { sendRaw, SERVICE_TOKEN, testDoors } from './doors.test-support.ts';
import { HttpWatch } from './http-watch.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { startServiceServer } from './service-server.ts';

const KEY_ID = keyId.parse('k7Qd2mX9pR4t');
const SECRET = 'Zx'.repeat(21) + 'Q';
const KEY = formatKey({ environment: 'live', slug: 'datafeed', keyId: KEY_ID, secret43: SECRET });
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let folder: string;
let file: string;
let mode: Settings['accessLog'];
let doors: ReturnType<typeof testDoors>;
let access: AccessLog;
let listener: LoopbackListener;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-access-'));
  file = join(folder, 'access.log');
  mode = 'file';
  doors = testDoors();
  access = new AccessLog({ mode: () => mode, file, logger: doors.service.logger });
  const watch = new HttpWatch({ access, monotonicMs: () => performance.now() });
  listener = await startServiceServer(doors.service, { port: 0, watch });
});
afterEach(async () => {
  await listener.close(0);
  await access.close();
  rmSync(folder, { recursive: true, force: true });
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function post(path: string, body: unknown, headers: Record<string, string> = bearer(SERVICE_TOKEN)) {
  const answer = await fetch(listener.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await answer.text();
  return answer;
}

/** Everything that was written; the listener is closed first, so that every answer has its line. */
async function lines(): Promise<readonly Record<string, unknown>[]> {
  await listener.close(1_000);
  await access.close();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('every request has a line with what it was and who asked for which key', async () => {
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
  const question = { key: KEY, method: 'GET', path: '/inventory/42' };
  const answer = await post('/v1/verify', question, { ...bearer(SERVICE_TOKEN), traceparent });
  expect(answer.headers.get('x-trace-id')).toBe(TRACE);
  await post('/v1/verify', question, bearer('nobody'));
  await (await fetch(`${listener.url}/healthz?from=monitor`)).text();
  const written = await lines();
  expect(written).toHaveLength(3);
  expect(written[0]).toEqual({
    ts: new Date(doors.state.nowMs).toISOString(),
    method: 'POST',
    path: '/v1/verify',
    status: 200,
    durationMs: expect.any(Number),
    requestId: expect.stringMatching(/^req_/),
    keyId: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
    service: 'trade',
    traceId: TRACE,
    remote: '127.0.0.1',
    bytes: expect.any(Number),
  });
  expect(written[0]?.['bytes']).toBeGreaterThan(200);
  expect(written[1]).toMatchObject({ status: 401, keyId: null, service: null, traceId: null });
  expect(written[2]).toMatchObject({ method: 'GET', path: '/healthz', status: 200, service: null });
});

it('no key text is ever in it, whatever way the key came', async () => {
  const encoded = [...KEY].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
  const twice = encoded.replaceAll('%', '%25');
  const rest = KEY.slice(-49);
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const proxy = { 'X-Latchkey-Service': SERVICE_TOKEN, 'X-Forwarded-Uri': `/x?key=${KEY}` };
  await post('/v1/verify', { key: KEY, scopes: ['a:b'] });
  await post('/v1/verify', { keyId: KEY_ID, secret: SECRET, method: 'GET', path: `/x/${KEY}` });
  await post('/v1/verify', { key: KEY, scopes: ['a:b'] }, bearer(KEY));
  await post('/v1/verify', { key: KEY, scopes: ['a:b'] }, { ...bearer(SERVICE_TOKEN), traceparent: KEY });
  await post('/v1/verify', `not json ${KEY}`);
  await post('/v1/verify/batch', { items: [{ key: KEY, scopes: ['a:b'] }] });
  await post('/v1/introspect', `token=${KEY}`, {
    ...bearer(SERVICE_TOKEN),
    'Content-Type': 'application/x-www-form-urlencoded',
  });
  await post('/v2/keys.verifyKey', { key: KEY });
  await post('/v1/log', { keyId: KEY_ID, method: 'GET', path: `/x/${KEY}`, responseStatus: 200 });
  for (const text of [KEY, encoded, twice, rest, SECRET]) {
    await post(`/v1/verify?key=${text}`, {});
    await post(`/${text}`, {});
    await (await fetch(`${listener.url}/forward-auth/envoy/${text}`, { headers: proxy })).text();
  }
  for (const headers of [bearer(KEY), { 'X-API-Key': KEY }, basic(`${KEY}:`), basic(`${KEY_ID}:${SECRET}`)]) {
    await (await fetch(`${listener.url}/forward-auth/generic`, { headers: { ...proxy, ...headers } })).text();
  }
  await sendRaw(listener.port, `GET /${KEY} HTTP/1.1\r\nHost: ${KEY}\r\nConnection: close\r\n\r\n`);
  const written = await lines();
  expect(written.length).toBe(9 + 15 + 4 + 1);
  const text = decodeURIComponent(decodeURIComponent(readFileSync(file, 'utf8')));
  expect(text).not.toContain(SECRET.slice(0, 12));
  expect(text).not.toContain(rest.slice(-12));
  expect(text).not.toContain(SERVICE_TOKEN.slice(-12));
});

it('off means off: no line, no file; switched on and off it follows at the next request', async () => {
  mode = 'off';
  await (await fetch(`${listener.url}/healthz`)).text();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(existsSync(file)).toBe(false);
  mode = 'file';
  await (await fetch(`${listener.url}/readyz`)).text();
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').length > 0).toBe(true);
  mode = 'off';
  await (await fetch(`${listener.url}/healthz`)).text();
  expect((await lines()).map(({ path }) => path)).toEqual(['/readyz']);
});

it('a file that cannot be written costs no answer, and is told once', async () => {
  rmSync(folder, { recursive: true });
  for (let index = 0; index < 3; index += 1) {
    expect((await fetch(`${listener.url}/healthz`)).status).toBe(200);
  }
  await expect.poll(() => doors.state.logLines.length).toBe(1);
  expect(doors.state.logLines[0]).toContain('access log');
});
