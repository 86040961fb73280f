import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from './dialect-world.test-support.ts';
import { STRANGE_SERVICE_TOKEN } from './doors.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
const open: AbortController[] = [];

beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(async () => {
  for (const one of open) one.abort();
  await world.house.close();
});

interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

const field = (text: string, name: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2) ?? '';

/** Listens; `told` grows as events come. */
async function listen(token: string, lastId?: string) {
  const ending = new AbortController();
  open.push(ending);
  const response = await fetch(`${world.house.service.url}/v1/events`, {
    headers: {
      Authorization: `Bearer ${token}`,
      ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
    },
    signal: ending.signal,
  });
  const told: Told[] = [];
  const id = response.headers.get('x-latchkey-stream') ?? '';
  const stream = { id, told, status: response.status, isEnded: false, end: () => void ending.abort() };
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      const events = (text + decoder.decode(bytes)).split('\n\n');
      text = events.pop() ?? '';
      for (const one of events.filter((event) => event.startsWith('id: '))) {
        const data: unknown = JSON.parse(field(one, 'data'));
        told.push({ id: field(one, 'id'), event: field(one, 'event'), data });
      }
    }
    stream.isEnded = true;
  };
  read().catch(() => undefined);
  return stream;
}

const comes = (stream: { readonly told: readonly Told[] }, events: readonly object[]) =>
  vi.waitFor(() => {
    expect(stream.told).toMatchObject(events);
  }, 5_000);

test('a service hears ids of its own keys only, and to forget everything where an id would tell too much', async () => {
  const [ours, theirs] = [await world.newKey(), await world.newKey({ scopeIds: [world.stock.readScopeId] })];
  const trade = await listen(world.trade.token);
  await comes(trade, [{ event: 'forget' }]);
  await world.ok('keys.revoke', { keyId: theirs.keyId, reason: 'leaked' }, z.unknown());
  await world.ok('keys.suspend', { keyId: ours.keyId, reason: 'Looked into' }, z.unknown());
  await world.ok('keys.update', { keyId: ours.keyId, scopeIds: [world.stock.readScopeId] }, z.unknown());
  await comes(trade, [
    { event: 'forget' },
    { event: 'changed', data: { keyIds: [ours.keyId] } },
    { event: 'forget', data: {} },
  ]);
  expect(JSON.stringify(trade.told)).not.toContain(theirs.keyId);
  trade.end();
});

test('who comes back with the last id is told what was missed; with an unknown one, to forget everything', async () => {
  const { keyId } = await world.newKey();
  const before = await listen(world.trade.token);
  await comes(before, [{ event: 'forget' }]);
  before.end();
  const [{ id = '' } = {}] = before.told;
  await world.ok('keys.rotate', { keyId, overlapMs: 3_600_000 }, z.unknown());
  const after = await listen(world.trade.token, id);
  await comes(after, [{ event: 'changed', data: { keyIds: [keyId] } }, { event: 'ready' }]);
  const caughtUp = await listen(world.trade.token, after.told.at(-1)?.id);
  await comes(caughtUp, [{ event: 'ready' }]);
  const [epoch] = id.split('.');
  for (const strange of ['other.3', `${epoch ?? ''}.999999`, 'x', `${epoch ?? ''}.`]) {
    const stream = await listen(world.trade.token, strange);
    await vi.waitFor(() => {
      expect(stream.told.length).toBeGreaterThan(0);
    });
    if (strange.endsWith('.')) continue;
    expect(stream.told[0]?.event).toBe('forget');
  }
  for (const one of open) one.abort();
});

const listeners = z.object({
  verifiers: z.array(
    z.object({
      streamId: z.string(),
      service: z.string(),
      behind: z.int(),
      lagMs: z.number().nullable(),
      lastTakenAt: z.int().nullable(),
      lastAcknowledgedAt: z.int().nullable(),
    }),
  ),
});

test('what a verifier acknowledges, and how far it is behind, is in the status; it speaks for its own stream only', async () => {
  for (const one of open) one.abort();
  const { keyId } = await world.newKey();
  const stream = await listen(world.trade.token);
  await comes(stream, [{ event: 'forget' }]);
  const status = async () =>
    (await world.ok('system.status', {}, listeners)).verifiers.find(({ streamId }) => streamId === stream.id);
  const acknowledge = async (id: string, token = world.trade.token, of = stream.id) => {
    const response = await fetch(`${world.house.service.url}/v1/events/ack`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ stream: of, id }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const first = stream.told[0]?.id ?? '';
  // Until it acknowledges for the first time, only what its connection takes is known.
  await vi.waitFor(async () => {
    expect(await status()).toMatchObject({ behind: 0, lastAcknowledgedAt: null, service: 'Trade' });
  });
  expect(await acknowledge(first)).toBe(204);
  await world.ok('keys.rotate', { keyId, overlapMs: 3_600_000 }, z.unknown());
  await comes(stream, [{ event: 'forget' }, { event: 'changed' }]);
  expect(await status()).toMatchObject({ behind: 1, lastTakenAt: expect.any(Number) });
  const second = stream.told[1]?.id ?? '';
  for (const [id, token, of] of [
    [second, world.stock.token, stream.id],
    [second, world.trade.token, 'nobody'],
    ['other.1', world.trade.token, stream.id],
    [`${second}999`, world.trade.token, stream.id],
  ] as const) {
    expect(await acknowledge(id, token, of)).toBe(404);
  }
  expect(await acknowledge(second, STRANGE_SERVICE_TOKEN)).toBe(401);
  expect(await status()).toMatchObject({ behind: 1 });
  expect(await acknowledge(second)).toBe(204);
  expect(await status()).toMatchObject({
    behind: 0,
    lagMs: expect.any(Number),
    lastAcknowledgedAt: expect.any(Number),
  });
  stream.end();
});

test('streams need a good service token, are bounded, end with the token, and are gone from the status then', async () => {
  expect((await listen(STRANGE_SERVICE_TOKEN)).status).toBe(401);
  const connected = async () =>
    (await world.ok('system.status', {}, z.object({ verifiers: z.array(z.unknown()) }))).verifiers.length;
  await vi.waitFor(async () => {
    expect(await connected()).toBe(0);
  }, 5_000);
  const streams: Awaited<ReturnType<typeof listen>>[] = [];
  for (let number = 0; number < 20; number += 1) streams.push(await listen(world.stock.token));
  expect((await listen(world.stock.token)).status).toBe(429);
  expect((await listen(world.trade.token)).status).toBe(200);
  expect(await connected()).toBe(21);
  await world.ok('services.rotateToken', { serviceId: world.stock.id, overlapMs: 0 }, z.unknown());
  await vi.waitFor(() => {
    expect(streams.every(({ isEnded }) => isEnded)).toBe(true);
  }, 5_000);
  expect(await connected()).toBe(1);
});
