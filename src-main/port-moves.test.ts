import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { PORT_TRIAL_MS, type PortState } from '#contract/ports.ts';
import { openHouse, OWNER_TOKEN, post, type House } from './http/house.test-support.ts';

let house: House;
const opened: (() => void)[] = [];
beforeEach(async () => {
  house = await openHouse();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of opened.splice(0)) close();
  await house.close();
});

const reply = z.union([
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }).loose() }),
]);
const callAt = async (url: string, name: string, input: unknown = {}) =>
  reply.parse(await post(`${url}/api/${name}`, OWNER_TOKEN, input));
const call = (name: string, input: unknown = {}) => callAt(house.admin.url, name, input);
async function data(name: string, input: unknown = {}): Promise<PortState> {
  const answer = await call(name, input);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.data as PortState;
}
const at = (port: number) => `http://127.0.0.1:${String(port)}`;
const portOf = (url: string) => Number(new URL(url).port);
const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    ({ status }) => status,
    () => 'nobody',
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function squat(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** What has come over a connection so far. */
function receive(socket: Socket): () => string {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return () => text;
}

const trail = async () => {
  const answer = await call('audit.list', {});
  if (!answer.ok) throw new Error(answer.error.message);
  const { items } = answer.data as { items: { action: string; actor: { kind: string } }[] };
  return items.map(({ action, actor }) => `${action} by ${actor.kind}`);
};

it('a new service port answers beside the former one; once kept it is the only one, the one that is told and the next start’s', async () => {
  const former = house.service.url;
  const to = await freePort();
  const changed = await data('ports.change', { servicePort: to });
  expect(changed.trial).toMatchObject({ service: { from: portOf(former), to }, admin: null });
  expect([await answers(former), await answers(at(to))]).toEqual([200, 200]);
  expect(await data('settings.get')).toMatchObject({ servicePort: 7_420 });
  expect(await data('ports.keep')).toMatchObject({ service: { port: to }, trial: null });
  await expect.poll(() => answers(former)).toBe('nobody');
  expect(await answers(at(to))).toBe(200);
  expect(house.service.url).toBe(at(to));
  expect(await data('system.status')).toMatchObject({ service: { url: at(to), isListening: true } });
  expect(await data('settings.get')).toMatchObject({ servicePort: to });
  expect((await trail()).slice(0, 2)).toEqual(['ports.keep by token', 'ports.change by token']);
});

it('who waits for an answer at the former port gets it; then that connection ends, and counts go on at the new one', async () => {
  const to = await freePort();
  const slow = connect(portOf(house.service.url), '127.0.0.1');
  opened.push(() => slow.destroy());
  const received = receive(slow);
  const body = '{"key":"x","method":"GET","path":"/"}';
  slow.write(
    `POST /v1/verify HTTP/1.1\r\nHost: 127.0.0.1:${String(portOf(house.service.url))}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n`,
  );
  const idle = connect(portOf(house.service.url), '127.0.0.1');
  opened.push(() => idle.destroy());
  const ended = new Promise((resolve) => idle.once('close', () => resolve('ended')));
  const answered = receive(idle);
  idle.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${String(portOf(house.service.url))}\r\n\r\n`);
  await expect.poll(answered).toContain('HTTP/1.1 200');
  await data('ports.change', { servicePort: to });
  await data('ports.keep');
  expect(await ended).toBe('ended');
  slow.write(body);
  // No service token came: what counts is that it is answered at all.
  await expect.poll(received).toContain('HTTP/1.1 401');
  const metrics = await fetch(`${at(to)}/metrics`, { headers: { Authorization: `Bearer ${OWNER_TOKEN}` } });
  expect(await metrics.text()).toMatch(
    /latchkey_http_responses_total\{route="health",status_class="2xx"\} 1\n/,
  );
});

it('ports that nobody keeps go back after 15 s, and the audit trail says by whom', async () => {
  const former = house.service.url;
  const to = await freePort();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await data('ports.change', { servicePort: to });
  vi.advanceTimersByTime(PORT_TRIAL_MS - 1);
  expect(await data('ports.get')).toMatchObject({ trial: { isReached: true } });
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  expect(await data('ports.get')).toMatchObject({ service: { port: portOf(former) }, trial: null });
  await expect.poll(() => answers(at(to))).toBe('nobody');
  expect(await answers(former)).toBe(200);
  expect(await data('settings.get')).toMatchObject({ servicePort: 7_420 });
  expect((await trail())[0]).toBe('ports.goBack by system');
  expect(await call('ports.keep')).toMatchObject({ ok: false, error: { code: 'WRONG_STATUS' } });
});

it('a new admin port is kept only from there, and by nobody before somebody was there', async () => {
  const former = house.admin.url;
  const to = await freePort();
  await data('ports.change', { adminPort: to });
  expect(await call('ports.keep')).toMatchObject({
    ok: false,
    error: { code: 'WRONG_STATUS', message: expect.stringContaining('new admin port') as string },
  });
  expect(await fetch(`${at(to)}/api/ports.keep`, { method: 'POST' })).toMatchObject({ status: 415 });
  expect(await call('ports.keep')).toMatchObject({ ok: false });
  expect(await callAt(at(to), 'ports.keep')).toMatchObject({ ok: true, data: { admin: { port: to } } });
  // Pages there have a moment to hear of it.
  expect(await callAt(former, 'ports.get')).toMatchObject({ ok: true, data: { admin: { port: to } } });
  await expect.poll(() => answers(former), { timeout: 8_000, interval: 200 }).toBe('nobody');
  const link = await data('sessions.createPairingLink');
  expect((link as unknown as { url: string }).url).toContain(at(to));
});

it('a port that is taken is refused with the name of its holder, another one is offered, and nothing moves', async () => {
  const taken = await squat();
  const refused = await call('ports.change', { servicePort: taken, adminPort: await freePort() });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'PORT_TAKEN', fields: [{ path: 'servicePort' }] },
  });
  expect(await data('ports.get')).toMatchObject({ trial: null });
  const tested = await call('ports.test', { port: portOf(house.service.url) });
  expect(tested).toMatchObject({ ok: true, data: { isFree: false } });
  if (process.platform === 'linux') expect(JSON.stringify(tested)).toContain('one of Latchkey’s own');
  const { nextFree } = (tested as { data: { nextFree: number } }).data;
  expect(await call('ports.test', { port: nextFree })).toMatchObject({ data: { isFree: true } });
});

it('a second move waits for the first, going back is at once, and the two listeners never share a port', async () => {
  const [one, two] = [await freePort(), await freePort()];
  await data('ports.change', { servicePort: one });
  expect(await call('ports.change', { servicePort: two })).toMatchObject({ error: { code: 'WRONG_STATUS' } });
  expect(await data('ports.goBack')).toMatchObject({ trial: null });
  await expect.poll(() => answers(at(one))).toBe('nobody');
  expect(await call('ports.change', { servicePort: one, adminPort: one })).toMatchObject({
    error: { code: 'INVALID_INPUT' },
  });
  expect(await call('ports.change', { servicePort: portOf(house.admin.url) })).toMatchObject({
    error: { code: 'INVALID_INPUT' },
  });
});
