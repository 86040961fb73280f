import { Agent, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from './dialect-world.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
let key = '';
/** Connections that live on, each from an address of its own. */
const near = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.1' });
const far = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.2' });

beforeAll(async () => {
  world = await openDialectHouse();
  key = (await world.newKey()).secret;
});
afterAll(async () => {
  near.destroy();
  far.destroy();
  await world.house.close();
});
beforeEach(() => askFrom([]));

const askFrom = (askedFrom: readonly string[]) =>
  world.ok('services.update', { serviceId: world.trade.id, askedFrom }, z.unknown());

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(agent: Agent, { method, path, headers, body = '' }: Asked) {
  const { port } = new URL(world.house.service.url);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = () => ({ Authorization: `Bearer ${world.trade.token}`, 'Content-Type': 'application/json' });

/** Every way in which a service uses its token, as what it is asked and what it answers when all is well. */
function questions(): readonly (Asked & { readonly status: number })[] {
  const call = { key, method: 'GET', path: '/inventory/42' };
  const proxied = { 'X-Forwarded-Method': 'GET', 'X-Forwarded-Uri': '/inventory/42', 'X-API-Key': key };
  const post = (path: string, body: unknown) =>
    ({ method: 'POST', path, headers: bearer(), body: JSON.stringify(body), status: 200 }) as const;
  return [
    post('/v1/verify', call),
    post('/v1/verify/batch', { items: [call] }),
    {
      method: 'GET',
      path: '/forward-auth/generic',
      status: 200,
      headers: { ...proxied, 'X-Latchkey-Service': world.trade.token },
    },
    post('/v2/keys.verifyKey', { key }),
  ];
}

const statuses = async (agent: Agent) => {
  const seen: number[] = [];
  for (const question of questions()) seen.push((await ask(agent, question)).status);
  return seen;
};

describe('a service that asks from certain networks', () => {
  test('has its token refused from elsewhere at every door, also on a connection over which it was good', async () => {
    const good = questions().map(({ status }) => status);
    const refused = questions().map(() => 401);
    expect([await statuses(near), await statuses(far)]).toEqual([good, good]);
    await askFrom(['127.0.0.2', '2001:db8::/32']);
    expect([await statuses(near), await statuses(far)]).toEqual([refused, good]);
    await askFrom(['127.0.0.0/31', '::1']);
    expect([await statuses(near), await statuses(far)]).toEqual([good, refused]);
    await askFrom([]);
    expect([await statuses(near), await statuses(far)]).toEqual([good, good]);
  });

  test('is told no more than of a wrong token, and its operator finds the address in the log, once', async () => {
    await askFrom(['192.0.2.0/24']);
    const [verify] = questions();
    if (verify === undefined) throw new Error('There is a question.');
    const wrong = {
      ...verify,
      headers: { ...verify.headers, Authorization: `Bearer ${world.trade.token.slice(0, -1)}_` },
    };
    const problem = z.looseObject({ code: z.string(), detail: z.string() });
    const [ours, strange] = [await ask(near, verify), await ask(near, wrong)].map(({ text }) =>
      problem.parse(JSON.parse(text)),
    );
    expect(ours).toMatchObject({ code: 'SERVICE_TOKEN_INVALID', detail: strange?.detail });
    await ask(near, verify);
    const told = world.house.logLines.filter((line) =>
      line.includes('127.0.0.1 is not where the service asks from'),
    );
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(world.trade.id);
    expect(ours?.detail).toContain('not taken from this address');
  });

  test('ends its event stream once it is not where it may ask from', async () => {
    const stream = ask(near, { method: 'GET', path: '/v1/events', headers: bearer() });
    await vi.waitFor(() => {
      expect(world.house.core.keyEvents.connected()).toHaveLength(1);
    });
    await askFrom(['192.0.2.0/24']);
    expect((await stream).status).toBe(200);
  });

  test('is told which entry is no network, and keeps the networks it had', async () => {
    await askFrom(['10.0.0.0/8']);
    const reply = await world.house.call('services.update', {
      serviceId: world.trade.id,
      askedFrom: ['127.0.0.1', 'the office'],
    });
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'INVALID_INPUT', fields: [{ path: 'askedFrom.1' }] },
    });
    const service = z.looseObject({ askedFrom: z.array(z.string()) });
    expect((await world.ok('services.get', { serviceId: world.trade.id }, service)).askedFrom).toEqual([
      '10.0.0.0/8',
    ]);
  });
});
