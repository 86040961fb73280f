import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeKey, makeSubjects } from './rpc/test-subjects.ts';
import { type SpawnedServer as Server, spawnServer } from './spawn-server.test-support.ts';

/** More with LATCHKEY_KILLS=100. */
const KILLS = Number(process.env['LATCHKEY_KILLS'] ?? 10);
const CONNECTIONS = 24;
const KEYS = 3;
const DAY_MS = 86_400_000;
const QUOTA = 1_000_000;
/** No decision, and nothing of it is in the log. */
const TOO_MUCH = 'VERIFY_UNAVAILABLE';

let folder: string;
let running: Server | null = null;
let left: { readonly server: Server; readonly grants: Grants } | null = null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-kill-'));
});
afterAll(() => {
  running?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const startServer = async (): Promise<Server> => (running = await spawnServer(folder));

interface Grants {
  readonly token: string;
  readonly keys: readonly { readonly keyId: string; readonly secret: string }[];
}

async function makeKeys({ call }: Server): Promise<Grants> {
  const world = { call, nowMs: Date.now };
  const subjects = await makeSubjects(world);
  const keys = [];
  for (let number = 0; number < KEYS; number += 1) {
    const { key, text } = await makeKey(world, subjects, {
      name: `Key ${String(number)}`,
      quota: { limit: QUOTA, period: 'day' },
      expiresAt: null,
      noExpiryReason: 'Test',
    });
    keys.push({ keyId: key.keyId, secret: text });
  }
  return { token: subjects.serviceToken, keys };
}

interface Answer {
  readonly requestId: string;
  readonly code: string;
  readonly quota?: { readonly remaining: number } | null;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** null when the answer did not arrive whole. */
function verify(service: string, token: string, body: object): Promise<Answer | null> {
  return new Promise((resolve) => {
    const sent = httpRequest(
      `${service}/v1/verify`,
      {
        agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('close', () => {
          resolve(response.complete ? (JSON.parse(text) as Answer) : null);
        });
        response.on('error', () => {
          resolve(null);
        });
      },
    );
    sent.on('error', () => {
      resolve(null);
    });
    sent.end(JSON.stringify(body));
  });
}

/** An answer that is a decision: a busy machine may be told that there is no room for one now. */
async function decide(...asked: Parameters<typeof verify>): Promise<Answer | null> {
  for (;;) {
    const answer = await verify(...asked);
    if (answer?.code !== TOO_MUCH) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Every connection asks again as soon as it has its answer, until the server is gone: the ids that were answered. */
async function load(service: string, { token, keys }: Grants): Promise<readonly string[]> {
  const answered: string[] = [];
  let asked = 0;
  const one = async (): Promise<void> => {
    for (;;) {
      asked += 1;
      const key = asked % 7 === 0 ? 'lk_live_nothing' : keys[asked % KEYS]?.secret;
      const answer = await verify(service, token, {
        key,
        method: 'GET',
        path: `/inventory/${String(asked)}`,
      });
      if (answer === null) return;
      if (answer.code !== TOO_MUCH) answered.push(answer.requestId);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return answered;
}

interface Row {
  readonly requestId: string;
  readonly keyId: string | null;
  readonly code: string;
}

async function rowsOf({ call }: Server): Promise<readonly Row[]> {
  const { content, truncated } = await call('requests.export', {
    filter: {},
    format: 'jsonl',
  });
  expect(truncated).toBe(false);
  return content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** Roll-ups of whole days around now. */
async function rolledUp({ call }: Server): Promise<number> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const range = { from: today - DAY_MS, to: today + DAY_MS, bucketMs: DAY_MS };
  const buckets = await call('usage.series', range);
  return buckets.reduce((sum, { total }) => sum + total, 0);
}

it(
  'every decision that was answered before a kill is in the log afterwards, each once; roll-ups and quotas agree with the rows',
  async () => {
    let server = await startServer();
    const grants = await makeKeys(server);
    const answered: string[] = [];
    let rowCount = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const loaded = load(server.service, grants);
      await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 360));
      await server.end('SIGKILL');
      const now = await loaded;
      expect(now.length).toBeGreaterThan(0);
      answered.push(...now);
      server = await startServer();
      const rows = await rowsOf(server);
      const ids = rows.map(({ requestId }) => requestId);
      const inLog = new Set(ids);
      expect(inLog.size).toBe(ids.length);
      expect(answered.filter((id) => !inLog.has(id))).toEqual([]);
      rowCount = ids.length;
      expect(await rolledUp(server)).toBe(ids.length);
      for (const { keyId, secret } of grants.keys) {
        const admitted = rows.filter((row) => row.keyId === keyId && row.code === 'VALID').length;
        const question = { key: secret, method: 'GET', path: '/inventory/1', dryRun: true };
        const answer = await decide(server.service, grants.token, question);
        expect(QUOTA - (answer?.quota?.remaining ?? 0)).toBe(admitted);
      }
    }
    const { log } = await server.call('system.status', {});
    expect(log.lostRows).toBe(0);
    expect(log.quotaDrift).toEqual([]);
    left = { server, grants };
    console.info(`${String(KILLS)} kills, ${String(answered.length)} answers, ${String(rowCount)} rows`);
  },
  20_000 + KILLS * 6_000,
);

it('a request id that was granted before a kill spends and logs once, also when it is repeated after it', async () => {
  const { server, grants } = left ?? expect.fail('The server of the test before does not run.');
  const [key] = grants.keys;
  const order = { key: key?.secret, method: 'GET', path: '/inventory/7?page=2', requestId: 'order-1' };
  const first = await decide(server.service, grants.token, order);
  await server.end('SIGKILL');
  const after = await startServer();
  // The ids come a moment after the log: until then a repeat would be new. Another id of the same time tells nothing, so wait.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const again = await decide(after.service, grants.token, order);
  expect([first?.code, again?.code]).toEqual(['VALID', 'VALID']);
  expect(again?.quota?.remaining).toBe(first?.quota?.remaining);
  const rows = (await rowsOf(after)).filter(({ requestId }) => requestId === 'order-1');
  expect(rows).toHaveLength(1);
}, 60_000);
