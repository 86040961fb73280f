import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SESSION_IDLE_MS } from '#contract/session-rules.ts';
import { startAdminServer } from './admin-server.ts';
import { adminTokenOf, testDoors } from './doors.test-support.ts';
import type { LoopbackListener } from './loopback-server.ts';

const HEARTBEAT_MS = 15_000;
let doors: ReturnType<typeof testDoors>;
let listener: LoopbackListener;
let uiDirectory: string;
let isStoreGone: boolean;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  doors = testDoors();
  isStoreGone = false;
  uiDirectory = mkdtempSync(join(tmpdir(), 'latchkey-ui-'));
  const door = {
    ...doors.admin,
    isTokenLive: (tokenId: string) => {
      if (isStoreGone) throw new Error('The store is gone.');
      return doors.admin.isTokenLive(tokenId);
    },
  };
  listener = await startAdminServer(door, { port: 0, uiDirectory, monotonicMs: () => 0 });
});
afterEach(async () => {
  vi.useRealTimers();
  await listener.close(0);
  rmSync(uiDirectory, { recursive: true });
});

type Headers = Record<string, string>;
const bearer: Headers = { Authorization: `Bearer ${adminTokenOf('issuer')}` };

async function signIn(path: string, body: unknown): Promise<Headers> {
  const response = await fetch(`${listener.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data } = (await response.json()) as { data: { csrfToken: string } };
  return { Cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '', 'X-CSRF': data.csrfToken };
}
const signInWithToken = () => signIn('/api/session/token', { token: adminTokenOf('issuer') });
const signInWithLink = () => signIn('/api/session/pair', { code: doors.sessions.createCode('admin').code });

/** Opens a stream; `rest` resolves when it has ended. An object, because a bare promise would be awaited. */
async function open(headers: Headers): Promise<{ readonly rest: Promise<string> }> {
  const response = await fetch(`${listener.url}/api/events`, { headers });
  expect(response.status).toBe(200);
  return { rest: response.text() };
}

describe('an event stream ends', () => {
  test('when its session signs out, at once', async () => {
    const headers = await signInWithLink();
    const { rest } = await open(headers);
    await fetch(`${listener.url}/api/session/end`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: '{}',
    });
    doors.state.announce({ kind: 'changed', subjects: ['keys'] });
    expect(await rest).not.toContain('keys');
    await expect.poll(() => doors.state.listeners.size).toBe(0);
  });

  test('once: what is announced in the same moment is written nowhere, and the server goes on', async () => {
    const { rest } = await open(await signInWithLink());
    for (const { id } of doors.sessions.list(null)) doors.sessions.end(id);
    doors.state.announce({ kind: 'changed', subjects: ['sessions'] });
    expect(await rest).not.toContain('sessions');
    expect((await fetch(`${listener.url}/api/session`)).status).toBe(401);
  });

  test('when its session has been idle for too long', async () => {
    const { rest } = await open(await signInWithLink());
    doors.state.advance(SESSION_IDLE_MS);
    vi.advanceTimersByTime(HEARTBEAT_MS);
    expect(await rest).not.toContain('still here');
  });

  test('when the token that opened its session is revoked, before the next event', async () => {
    const { rest } = await open(await signInWithToken());
    doors.state.announce({ kind: 'changed', subjects: ['keys'] });
    doors.state.revoked.add('tok_issuer');
    doors.state.announce({ kind: 'changed', subjects: ['tokens'] });
    const said = await rest;
    expect(said).toContain('"subjects":["keys"]');
    expect(said).not.toContain('tokens');
    expect(doors.sessions.list(null)).toEqual([]);
  });

  test('when its bearer token is revoked, before the next event', async () => {
    const { rest } = await open(bearer);
    doors.state.revoked.add('tok_issuer');
    doors.state.announce({ kind: 'changed', subjects: ['tokens'] });
    expect(await rest).not.toContain('tokens');
  });

  test('when the store cannot be read at a heartbeat, and the server goes on', async () => {
    const streams = [await open(bearer), await open(await signInWithToken())];
    isStoreGone = true;
    vi.advanceTimersByTime(HEARTBEAT_MS);
    for (const { rest } of streams) expect(await rest).not.toContain('still here');
    expect(doors.state.logLines.join('')).toContain('could not be looked up');
    isStoreGone = false;
    const { rest } = await open(bearer);
    vi.advanceTimersByTime(HEARTBEAT_MS);
    await listener.close(0);
    expect(await rest).toContain('still here');
  });
});
