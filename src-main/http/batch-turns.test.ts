import { Agent, request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SERVICE_TOKEN, testDoors } from './doors.test-support.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { startServiceServer } from './service-server.ts';

const CONNECTIONS = 70;
const SINGLE = '/inventory/single';

let listener: LoopbackListener;
let agent: Agent;
/** Paths in the order in which they were decided. */
let decided: string[];
let isBroken: boolean;

beforeEach(async () => {
  const doors = testDoors();
  decided = [];
  isBroken = false;
  const verify: typeof doors.service.verify = (service, verification) => {
    if (isBroken) throw new Error('The store is gone.');
    decided.push(verification.path ?? '');
    return doors.service.verify(service, verification);
  };
  listener = await startServiceServer({ ...doors.service, verify }, { port: 0 });
  agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // Connections are taken one a turn: with these open, only the order of the work is left to see.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => send('/v1/verify', question(SINGLE)).answer));
  decided = [];
});
afterEach(async () => {
  agent.destroy();
  await listener.close(0);
});

const question = (path: string) => ({ key: 'lk_live_x', method: 'GET', path });
const batch = (path: string) => ({ items: Array.from({ length: 100 }, () => question(path)) });

function send(
  path: string,
  body: unknown,
): { readonly call: ClientRequest; readonly answer: Promise<number> } {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVICE_TOKEN}` };
  const call = request(`${listener.url}${path}`, { method: 'POST', agent, headers });
  const answer = new Promise<number>((resolve, reject) => {
    call.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
  });
  call.end(JSON.stringify(body));
  return { call, answer };
}

test('a single verification passes batches that were there before it', async () => {
  const batches = Array.from({ length: 20 }, () => send('/v1/verify/batch', batch('/inventory/many')).answer);
  expect(await send('/v1/verify', question(SINGLE)).answer).toBe(200);
  expect(decided.indexOf(SINGLE)).toBeLessThan(500);
  expect(await Promise.all(batches)).toEqual(new Array(20).fill(200));
  expect(decided).toHaveLength(2_001);
});

test('batches beyond those that may wait get 503, and whoever waits is answered', async () => {
  const statuses = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => send('/v1/verify/batch', batch('/inventory/many')).answer),
  );
  const answered = statuses.filter((status) => status === 200).length;
  expect(answered).toBeGreaterThanOrEqual(50);
  expect(answered).toBeLessThan(CONNECTIONS);
  expect(statuses.filter((status) => status === 503)).toHaveLength(CONNECTIONS - answered);
  expect(decided).toHaveLength(answered * 100);
});

test('a store that cannot be read is a 503 to a batch that waited, and the server lives on', async () => {
  isBroken = true;
  expect(await send('/v1/verify/batch', batch('/inventory/many')).answer).toBe(503);
  isBroken = false;
  expect(await send('/v1/verify/batch', batch('/inventory/many')).answer).toBe(200);
});
