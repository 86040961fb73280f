import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StartError } from '#main/platform/start-error.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { startServiceServer } from './service-server.ts';
import { sendRaw, SERVICE_TOKEN, testDoors } from './doors.test-support.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

let listener: LoopbackListener;
beforeEach(async () => {
  listener = await startServiceServer(testDoors().service, { port: 0 });
});
afterEach(() => listener.close(0));

const raw = (lines: readonly string[], options = {}) => sendRaw(listener.port, lines.join('\r\n'), options);
const own = () => `Host: 127.0.0.1:${String(listener.port)}`;

describe('bytes on the wire', () => {
  test('two Host headers: 421', async () => {
    const { text } = await raw(['GET /healthz HTTP/1.1', own(), own(), 'Connection: close', '', '']);
    expect(text).toMatch(/^HTTP\/1\.1 421/);
  });

  test('no Host header, also in HTTP/1.0: 421 with words', async () => {
    for (const version of ['1.0', '1.1']) {
      const { text } = await raw([`GET /healthz HTTP/${version}`, 'Connection: close', '', '']);
      expect(text).toMatch(/^HTTP\/1\.1 421/);
      expect(text).toContain('MISDIRECTED_HOST');
    }
  });

  test('an absolute request line: 421, whatever host it names', async () => {
    const line = `GET http://127.0.0.1:${String(listener.port)}/healthz HTTP/1.1`;
    expect((await raw([line, own(), 'Connection: close', '', ''])).text).toMatch(/^HTTP\/1\.1 421/);
  });

  test.each([
    ['both lengths', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5']],
    ['an odd length', ['Content-Length: +4']],
    ['an odd coding', ['Transfer-Encoding: chunked, identity']],
    ['a space before the colon', ['Content-Length : 4']],
    ['a folded header', ['X-A: 1', ' Content-Length: 4']],
    ['a bare line feed in a header', ['X-A: 1\nContent-Length: 4']],
  ])('%s: refused, and what follows is not taken as a request', async (_name, headers) => {
    const { text, isClosed } = await raw([
      'POST /v1/verify HTTP/1.1',
      own(),
      'Content-Type: application/json',
      ...headers,
      '',
      '0\r\n\r\nGET /healthz HTTP/1.1',
      own(),
      '',
      '',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect(text).not.toContain('"status":"ok"');
    expect(isClosed).toBe(true);
  });

  test('headers above 8 KiB: 431 as a problem', async () => {
    const { text, isClosed } = await raw([
      'GET /healthz HTTP/1.1',
      own(),
      `X-Big: ${'x'.repeat(9_000)}`,
      '',
      '',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 431/);
    expect(text).toContain('HEADERS_TOO_LARGE');
    expect(isClosed).toBe(true);
  });

  test('rubbish is answered once and the connection closed', async () => {
    const { text, isClosed } = await raw(['\u0016\u0003\u0001 hello', '', '']);
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect(isClosed).toBe(true);
  });

  test('rubbish behind whole requests: these are answered first, wherever the bytes are cut', async () => {
    const question = (body: string) => [
      'POST /v1/verify HTTP/1.1',
      own(),
      `Authorization: Bearer ${SERVICE_TOKEN}`,
      'Content-Type: application/json',
      `Content-Length: ${String(body.length)}`,
      '',
      body,
    ];
    const good = question('{"key":"lk_live_x","method":"GET","path":"/"}').join('\r\n');
    const { text, isClosed } = await raw([`${good}${good}\u0016\u0003 hello`, '', '']);
    expect(text.match(/^HTTP\/1\.1 \d+|}HTTP\/1\.1 \d+/gm)?.map((line) => line.slice(-3))).toEqual([
      '200',
      '200',
      '400',
    ]);
    expect(isClosed).toBe(true);
  });

  test('a body that turns out wrong in its middle is not waited for', async () => {
    const { isClosed } = await raw([
      'POST /v1/verify HTTP/1.1',
      own(),
      `Authorization: Bearer ${SERVICE_TOKEN}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      '',
      'rubbish',
      '',
    ]);
    expect(isClosed).toBe(true);
  });

  test('an upload is only invited after the guard has seen its head', async () => {
    const expecting = (host: string) =>
      raw(
        [
          'POST /v1/verify HTTP/1.1',
          host,
          `Authorization: Bearer ${SERVICE_TOKEN}`,
          'Content-Type: application/json',
          'Content-Length: 2',
          'Expect: 100-continue',
          '',
          '',
        ],
        { waitMs: 300 },
      );
    expect((await expecting(own())).text).toMatch(/^HTTP\/1\.1 100/);
    expect((await expecting('Host: evil.test')).text).toMatch(/^HTTP\/1\.1 421/);
  });

  test('half a head does not hold a connection: gone within 6 s', { timeout: 10_000 }, async () => {
    const { isClosed, text } = await raw(['GET /healthz HTTP/1.1', own(), 'X-Slow: '], { waitMs: 6_000 });
    expect(isClosed).toBe(true);
    expect(text).toMatch(/^HTTP\/1\.1 408/);
  });
});

describe('two families', () => {
  test.runIf(hasIpv6)('the same port answers on ::1', async () => {
    const lines = [
      'GET /healthz HTTP/1.1',
      `Host: [::1]:${String(listener.port)}`,
      'Connection: close',
      '',
      '',
    ];
    expect((await sendRaw(listener.port, lines.join('\r\n'), { host: '::1' })).text).toContain(
      '"status":"ok"',
    );
  });

  test.runIf(hasIpv6).each(['127.0.0.1', '::1'])(
    'a port taken on %s alone refuses the start and names it',
    async (host) => {
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen({ host, port: 0 }, () => resolve()));
      const { port } = squatter.address() as AddressInfo;
      try {
        const started = startServiceServer(testDoors().service, { port });
        await expect(started).rejects.toThrow(StartError);
        await expect(started).rejects.toMatchObject({
          exitCode: 5,
          message: expect.stringContaining(String(port)) as string,
        });
        // Nothing of ours is left on the other family.
        const other = createServer();
        await new Promise<void>((resolve, reject) => {
          other.once('error', reject);
          other.listen({ host: host === '::1' ? '127.0.0.1' : '::1', port }, () => resolve());
        });
        other.close();
      } finally {
        squatter.close();
      }
    },
  );
});

test('closing finishes the request in flight and takes no new one', async () => {
  const doors = testDoors();
  const closing = await startServiceServer(doors.service, { port: 0 });
  const body = JSON.stringify({ key: 'lk_live_x', method: 'GET', path: '/inventory/42' });
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const inFlight = fetch(`${closing.url}/v1/verify`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVICE_TOKEN}` },
    body: new ReadableStream({
      start: async (controller) => {
        controller.enqueue(Buffer.from(body.slice(0, 5)));
        await held;
        controller.enqueue(Buffer.from(body.slice(5)));
        controller.close();
      },
    }),
    duplex: 'half',
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = closing.close(3_000);
  await expect(fetch(`${closing.url}/healthz`)).rejects.toThrow();
  finish();
  expect((await inFlight).status).toBe(200);
  await closed;
});
