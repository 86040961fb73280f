import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { sweepIdle } from './idle-sweep.ts';

const EVERY_MS = 60;
const REQUEST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that answers after `answerMs`, and a connection to it. */
async function open(
  answerMs = 0,
): Promise<{ socket: Socket; closed: () => boolean; received: () => string }> {
  server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume().on('end', () => setTimeout(() => response.end('done'), answerMs));
  });
  sweepIdle(server, EVERY_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let isClosed = false;
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('close', () => (isClosed = true));
  return { socket, closed: () => isClosed, received: () => text };
}

test('a connection that says nothing is closed, whether it ever asked something or not', async () => {
  for (const first of ['', REQUEST]) {
    const { socket, closed, received } = await open();
    socket.write(first);
    await sleep(EVERY_MS * 4);
    expect(closed()).toBe(true);
    expect(received().includes('done')).toBe(first !== '');
    server.close();
  }
});

test('a connection that goes on asking stays open', async () => {
  const { socket, closed, received } = await open();
  for (let round = 0; round < 12; round += 1) {
    socket.write(REQUEST);
    await sleep(EVERY_MS / 2);
  }
  expect(closed()).toBe(false);
  expect(received().split('done').length - 1).toBe(12);
});

test('a connection that waits for its answer is not cut, however long it takes', async () => {
  const { socket, closed, received } = await open(EVERY_MS * 6);
  socket.write(REQUEST);
  await sleep(EVERY_MS * 5);
  expect([closed(), received()]).toEqual([false, '']);
  await sleep(EVERY_MS * 2);
  expect(received()).toContain('done');
});
