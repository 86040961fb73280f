import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { VerifyResponse } from '#contract/verify.ts';
import { makeTradeKey, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core } from './core.ts';
import { openServiceDoor, type OpenServiceDoor } from './start-doors.ts';

const HOUR_MS = 3_600_000;
const CLIENTS = 8;

let folder: string;
let core: Core;
let door: OpenServiceDoor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-fleet-'));
  core = await startTestCore(join(folder, 'data'));
  door = await openServiceDoor(core, 0);
});
afterEach(async () => {
  await door.close(0);
  await core.close();
  rmSync(folder, { recursive: true });
});

const calls = ownerCalls(() => core);
const { call } = calls;
const makeKey = () => makeTradeKey(calls);

async function verify(token: string, key: string, client: number): Promise<VerifyResponse> {
  const answer = await fetch(`${door.url}/v1/verify`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      key,
      method: 'GET',
      path: '/inventory/42',
      clientIp: addressOf(client),
      userAgent: `fleet/${String(client)}`,
      tags: [`client=${String(client)}`],
    }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as VerifyResponse;
}

const addressOf = (client: number): string => `192.0.2.${String(client + 1)}`;

/** Programs that call without pause, each with the secret that it holds, and what became of every call. */
function startFleet(token: string, secret: string) {
  const held = Array.from({ length: CLIENTS }, () => secret);
  const refused: VerifyResponse[] = [];
  const calls = { count: 0 };
  let isRunning = true;
  const programs = held.map(async (_, client) => {
    while (isRunning) {
      const decision = await verify(token, held[client] ?? '', client);
      calls.count += 1;
      if (!decision.valid) refused.push(decision);
      await wait(5);
    }
  });
  return {
    held,
    refused,
    calls,
    stop: async () => {
      isRunning = false;
      await Promise.all(programs);
    },
  };
}

it('a fleet that moves one by one during the overlap is never refused, and the cockpit loses exactly who has moved', async () => {
  const { keyId, secret, token } = await makeKey();
  const fleet = startFleet(token, secret);
  await wait(50);
  const rotated = await call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  const stillOld = async () => {
    const { retiringCallers } = await call('usage.rotation', { keyId });
    return retiringCallers.map(({ clientIp }) => clientIp).toSorted();
  };
  const everybody = fleet.held.map((_, client) => addressOf(client)).toSorted();
  await expect.poll(stillOld, { timeout: 5_000 }).toEqual(everybody);
  for (let moving = 0; moving < CLIENTS; moving += 1) {
    fleet.held[moving] = rotated.secret ?? '';
    await expect.poll(stillOld, { timeout: 5_000 }).toEqual(everybody.slice(moving + 1));
  }
  const { migratedShare, currentCount, retiringCount, currentCallers } = await call('usage.rotation', {
    keyId,
  });
  expect(migratedShare).toBeCloseTo(currentCount / (currentCount + retiringCount), 10);
  expect(currentCallers[0]?.tags[0]).toMatch(/^client=\d$/);
  await call('keys.endOverlap', { keyId });
  await wait(100);
  await fleet.stop();
  expect(fleet.calls.count).toBeGreaterThan(CLIENTS * 5);
  expect(fleet.refused).toEqual([]);
}, 30_000);

it('who was forgotten is refused from the end on, within a second of it, and the measured lag says so', async () => {
  const { keyId, secret, token } = await makeKey();
  await call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  const before = await verify(token, secret, 0);
  expect(before).toMatchObject({ valid: true, rotation: { state: 'retiring' } });
  const endedAt = performance.now();
  await call('keys.endOverlap', { keyId });
  expect(await verify(token, secret, 0)).toMatchObject({ valid: false, code: 'REVOKED', status: 401 });
  expect(performance.now() - endedAt).toBeLessThan(1_000);
  const enforcement = await call('keys.enforcement', { keyId });
  expect(enforcement).toMatchObject({ kind: 'secretEnded', secretVersion: 1, lastAcceptedAt: null });
  expect(enforcement?.lagMs).toBeGreaterThan(0);
  expect(enforcement?.lagMs).toBeLessThan(1_000);
});

it('an undone rotation refuses nobody who stayed, and whoever had moved is told to go back', async () => {
  const { keyId, secret, token } = await makeKey();
  const rotated = await call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  expect((await verify(token, rotated.secret ?? '', 1)).valid).toBe(true);
  await call('keys.undoRotation', { keyId });
  expect(await verify(token, secret, 0)).toMatchObject({ valid: true, rotation: null });
  expect(await verify(token, rotated.secret ?? '', 1)).toMatchObject({
    valid: false,
    code: 'REVOKED',
    message: 'This API key was withdrawn. Use the former one.',
  });
});

it('a brownout refuses the old secret for its time alone, and the new one never', async () => {
  const { keyId, secret, token } = await makeKey();
  const rotated = await call('keys.rotate', { keyId, overlapMs: HOUR_MS });
  const startsAt = core.clock.nowMs();
  const brownout = { startsAt, everyMs: HOUR_MS, lengthMs: 1_500 };
  await call('keys.updateOverlap', { keyId, brownout });
  const refused = await verify(token, secret, 0);
  expect(refused).toMatchObject({ valid: false, code: 'REVOKED' });
  expect(refused.valid ? null : refused.retryAfterMs).toBeLessThanOrEqual(1_500);
  expect((await verify(token, rotated.secret ?? '', 1)).valid).toBe(true);
  await expect.poll(async () => (await verify(token, secret, 0)).valid, { timeout: 5_000 }).toBe(true);
  expect(core.clock.nowMs() - startsAt).toBeGreaterThanOrEqual(1_500);
});
