import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'playwright/test';
import { startGatewayWorld, type GatewayWorld } from './gateways/gateway-world.ts';
import { PROXIES } from './gateways/start-gateway.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** How long nothing more may come after an answer. */
const QUIET_MS = 400;

/** Asks to go on with another protocol; gives what came until nothing more did. */
async function upgrade(world: GatewayWorld, protocol: string, key: string | null): Promise<string> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    socket.setTimeout(QUIET_MS);
  });
  socket.on('error', () => socket.destroy());
  socket.setTimeout(5_000, () => socket.destroy());
  const lines = [
    'GET /inventory/42 HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    `Upgrade: ${protocol}`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...(key === null ? [] : [`X-API-Key: ${key}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  return text;
}

for (const proxy of PROXIES) {
  test.describe(`behind the real ${proxy}`, () => {
    let world: GatewayWorld;
    test.beforeAll(async () => {
      world = await startGatewayWorld(proxy, { consumerHeaders: true, legacyRateLimitHeaders: true });
    });
    test.afterAll(async () => {
      await world.close();
    });
    test.beforeEach(() => {
      world.service.received.length = 0;
    });

    test('a WebSocket is opened with a key, and no other tunnel, which nobody would ask about', async () => {
      expect(await upgrade(world, 'websocket', null)).toMatch(/^HTTP\/1\.1 401 /);
      expect(world.service.received).toEqual([]);
      const opened = await upgrade(world, 'websocket', world.keys.good.text);
      expect(opened).toMatch(/^HTTP\/1\.1 101 /);
      expect(opened).toContain('hello');
      world.service.received.length = 0;
      expect(await upgrade(world, 'h2c', world.keys.good.text)).not.toContain('hello');
      expect(world.service.received.map(({ headers }) => headers.upgrade)).toEqual([undefined]);
    });

    test('a whole URL in the request line is no way around the rules', async () => {
      const headers = { 'X-API-Key': world.keys.good.text };
      const answer = await world.send({ path: `${world.url}/inventory/42`, headers });
      expect(answer.status, answer.text).toBe(200);
      expect(world.service.received.map(({ url }) => url)).toEqual(['/inventory/42']);
      const elsewhere = await world.send({ path: `${world.url}/admin`, headers });
      expect(elsewhere.status).toBe(403);
    });

    test('a long query and the name of a trace reach the decision, which keeps the trace as a tag', async () => {
      const answer = await world.send({
        path: `/inventory/traced?q=${'a'.repeat(7_000)}`,
        headers: { 'X-API-Key': world.keys.good.text, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      });
      expect(answer.status, answer.text).toBe(200);
      expect(world.service.received[0]?.headers['traceparent']).toContain(TRACE);
      await expect
        .poll(async () => {
          const filter = { pathContains: '/inventory/traced' };
          return (await world.app.call('requests.list', { filter })).items.map(({ tags }) => tags);
        })
        .toEqual([[`trace=${TRACE}`]]);
    });

    test('a header that the decision does not have is not there, neither with a name of a variable in it', async () => {
      await world.send({ headers: { 'X-API-Key': world.keys.limited.text } });
      const [received] = world.service.received;
      expect(received?.headers).toMatchObject({ 'x-consumer-custom-id': 'crm-17' });
      expect(received?.headers).not.toHaveProperty('x-key-expires-at');
    });

    test('limits are told by their old names too, where that is switched on', async () => {
      const { secret } = await world.app.call('keys.create', {
        applicationId: world.keys.application.id,
        name: 'Two a minute',
        environment: 'live',
        scopeIds: [],
        rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
        rateLimit: { limit: 2, windowMs: 60_000 },
        expiresAt: null,
      });
      const send = () => world.send({ headers: { 'X-API-Key': String(secret) } });
      const [first, second, third] = [await send(), await send(), await send()];
      expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
      // Caddy has no way to add them to the answer of a request that passes.
      if (proxy !== 'caddy') {
        expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
      }
      expect(third.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' });
    });

    test('nothing passes while Latchkey hangs: 503 in good time, and all is well afterwards', async () => {
      world.app.setFrozen(true);
      try {
        const startedMs = Date.now();
        const answer = await world.send({ headers: { 'X-API-Key': world.keys.good.text } });
        expect(Date.now() - startedMs).toBeLessThan(5_000);
        expect(answer.status, answer.text).toBe(503);
        expect(answer.problem).toMatchObject({ code: 'VERIFY_UNAVAILABLE' });
        expect(answer.headers['retry-after']).toBe('1');
      } finally {
        world.app.setFrozen(false);
      }
      expect(world.service.received).toEqual([]);
      await expect
        .poll(async () => (await world.send({ headers: { 'X-API-Key': world.keys.good.text } })).status)
        .toBe(200);
    });
  });
}
