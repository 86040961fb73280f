import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FastPath } from './fast-path.ts';

const FRESH_MS = 300;

let server: Server;
let path: FastPath;
/** What was asked of whom. */
let asked: string[];
/** Answers are kept back until this is called, where a test sets it. */
let held: (() => void)[] | null;

beforeEach(async () => {
  asked = [];
  held = null;
  server = createServer((request, response) => {
    asked.push(`node ${request.url ?? ''}`);
    request.resume();
    response.end('node');
  });
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    asked.push(error.code ?? '');
    socket.destroy();
  });
  path = new FastPath(server, {
    route: ({ path: target }) =>
      target === '/slow'
        ? null
        : (body, answer) => {
            asked.push(`fast ${target} ${body.toString('latin1')}`);
            const send = () => {
              if (answer.destroyed) return;
              answer.writeHead(200, { 'Content-Length': 4 });
              answer.end('fast', 'latin1');
            };
            if (held === null) send();
            else held.push(send);
          },
    nowMs: () => 0,
    freshMs: FRESH_MS,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  path.closeIdle();
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<{ readonly socket: Socket; readonly received: () => string }> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, received: () => text };
}

const post = (body: string, target = '/a') =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`;
const GET = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';

/** Sends each text in a write of its own, some time apart. */
async function send(socket: Socket, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    socket.write(text, 'latin1');
    await settle();
  }
}

/** Both ends are in this process: by then what was sent is read and answered, however busy the machine is. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

test('whole requests, one after the other, never meet the parser of Node', async () => {
  const { socket, received } = await open();
  await send(socket, post('1'), GET, post('22'), post('33', '/b'), GET);
  expect(asked).toEqual(['fast /a 1', 'fast /a ', 'fast /a 22', 'fast /b 33', 'fast /a ']);
  expect(received().split('HTTP/1.1 200 OK\r\n')).toHaveLength(6);
});

test.each([
  ['two in one piece', [post('1') + post('2')], ['node /a', 'node /a']],
  ['the first half of one', [post('1').slice(0, 20), post('1').slice(20)], ['node /a']],
  ['a body that comes later', [post('1').slice(0, -1), '1'], ['node /a']],
  ['one that nobody here answers', [post('1', '/slow')], ['node /slow']],
])('%s: Node has the connection from then on', async (_name, texts, expected) => {
  const { socket, received } = await open();
  await send(socket, post('0'), ...texts, post('9'), GET);
  expect(asked).toEqual(['fast /a 0', ...expected, 'node /a', 'node /a']);
  expect(received().match(/HTTP\/1\.1 200/g)).toHaveLength(expected.length + 3);
});

test.each(['01', '+1', '1 ', ' 1', '1,1', '0x1', '', '0', '100000', '-1'])(
  'a length that is told as %j is for Node to judge, also behind a good head',
  async (length) => {
    const { socket } = await open();
    await send(socket, post('1'), post('1').replace('Content-Length: 1', `Content-Length: ${length}`));
    expect(asked.slice(0, 1)).toEqual(['fast /a 1']);
    expect(asked.slice(1).join()).not.toContain('fast');
  },
);

test('bodies of any length come with the same head, and the head may change', async () => {
  const { socket } = await open();
  const bodies = ['1', '55555', '22', '1'.repeat(12), '1'.repeat(9), '1'.repeat(99), '1'.repeat(100), '1'];
  await send(socket, ...bodies.map((body) => post(body)), post('1').replace('Host', 'HOST'), post('2'));
  expect(asked).toEqual([...bodies, '1', '2'].map((body) => `fast /a ${body}`));
});

test('a request before the answer to the last one waits for it, and is answered by Node behind it', async () => {
  held = [];
  const { socket, received } = await open();
  await send(socket, post('1'), post('2'), post('3'));
  expect(asked).toEqual(['fast /a 1']);
  for (const answer of held) answer();
  await settle();
  expect(asked).toEqual(['fast /a 1', 'node /a', 'node /a']);
  expect(received().indexOf('fast')).toBeLessThan(received().indexOf('node'));
});

test('a caller that goes away before its answer costs nothing: none is written, and it is closed', async () => {
  held = [];
  const { socket } = await open();
  await send(socket, post('1'));
  socket.destroy();
  await settle();
  for (const answer of held) answer();
  await settle();
  const open_ = await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  expect(open_).toBe(0);
});

test('an answer that nobody reads is not followed by another from here', async () => {
  const { socket, received } = await open();
  socket.pause();
  await send(socket, ...Array.from({ length: 3 }, () => post('1')));
  expect(asked).toHaveLength(3);
  socket.resume();
  await settle();
  expect(received().match(/fast/g)).toHaveLength(3);
});

describe('a connection without a request', () => {
  test('that stays silent is told so', async () => {
    const { socket } = await open();
    await once(socket, 'close');
    expect(asked).toEqual(['ERR_HTTP_REQUEST_TIMEOUT']);
  });

  test('that has had one may be silent', async () => {
    const { socket } = await open();
    await send(socket, post('1'));
    await wait(FRESH_MS * 2);
    await send(socket, post('2'));
    expect(asked).toEqual(['fast /a 1', 'fast /a 2']);
  });
});

test('idle connections are ended when asked for; one whose answer is awaited is not, and a new one may still ask', async () => {
  const idle = await open();
  await send(idle.socket, post('1'));
  held = [];
  const busy = await open();
  await send(busy.socket, post('2'));
  const fresh = await open();
  await settle();
  path.closeIdle();
  await once(idle.socket, 'close');
  for (const answer of held) answer();
  await settle();
  expect(busy.received()).toContain('fast');
  await send(fresh.socket, post('3'));
  expect(fresh.received()).toContain('node');
});
