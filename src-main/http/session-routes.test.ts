import { afterEach, beforeEach, expect, test } from 'vitest';
import { tmpdir } from 'node:os';
import { startAdminServer } from './admin-server.ts';
import { adminTokenOf, testDoors } from './doors.test-support.ts';
import type { LoopbackListener } from './loopback-server.ts';

let doors: ReturnType<typeof testDoors>;
let listener: LoopbackListener;

beforeEach(async () => {
  doors = testDoors();
  listener = await startAdminServer(doors.admin, { port: 0, uiDirectory: tmpdir(), monotonicMs: () => 0 });
});
afterEach(() => listener.close(0));

function signIn(): Promise<Response> {
  return fetch(`${listener.url}/api/session/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: adminTokenOf('admin') }),
    signal: AbortSignal.timeout(2_000),
  });
}

test('a sign-in that the store cannot decide is answered with 503, is no wrong try, and works again later', async () => {
  doors.state.isBroken = true;
  for (let tries = 0; tries < 6; tries += 1) {
    const answer = await signIn();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
  expect(doors.state.logLines.join('')).toContain('A sign-in could not be decided.');
  expect(doors.state.logLines.join('')).not.toContain(adminTokenOf('admin'));
  doors.state.isBroken = false;
  expect((await signIn()).status).toBe(200);
});
