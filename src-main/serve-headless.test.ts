import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adminTokenOf, sendRaw } from './http/doors.test-support.ts';
import { programFile } from './program-file.test-support.ts';

const ADMIN_TOKEN = adminTokenOf('owner');
const readyLine = z.object({
  event: z.literal('ready'),
  service: z.url(),
  admin: z.url(),
  version: z.string(),
});

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-headless-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the program as a user would, with both ports free unless `args` say otherwise. */
function start(
  args: readonly string[] = ['--port', '0', '--admin-port', '0'],
  environment: Record<string, string> = {},
) {
  const child = spawn(process.execPath, [programFile('headless'), '--data', join(folder, 'data'), ...args], {
    env: { PATH: process.env['PATH'], LATCHKEY_ADMIN_TOKEN: ADMIN_TOKEN, ...environment },
    stdio: 'pipe',
  });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ready = async () => {
    await expect
      .poll(() => output.stdout + (child.exitCode === null ? '' : 'exited'), { timeout: 10_000 })
      .not.toBe('');
    return readyLine.parse(JSON.parse(output.stdout));
  };
  return { child, output, exited, ready };
}

async function callAdmin(url: string, name: string, input: unknown = {}) {
  const response = await fetch(`${url}/api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(input),
  });
  return (await response.json()) as { ok: boolean; data: Record<string, unknown> };
}

describe('start', () => {
  test('standard output is one line of JSON, printed when both listeners answer', async () => {
    const server = start();
    const { service, admin, version } = await server.ready();
    expect((await fetch(`${service}/readyz`)).status).toBe(200);
    expect(await callAdmin(admin, 'system.status')).toMatchObject({
      ok: true,
      data: {
        version,
        host: 'headless',
        service: { url: service, isListening: true },
        admin: { url: admin },
      },
    });
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.output.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(server.output.stderr).not.toContain('#code=');
    for (const line of server.output.stderr.trim().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test('a port that is kept later is told by a further line like the first', async () => {
    const server = start();
    const { service, admin, version } = await server.ready();
    const asked = await callAdmin(admin, 'ports.test', { port: Number(new URL(service).port) });
    const servicePort = asked.data['nextFree'];
    expect(await callAdmin(admin, 'ports.change', { servicePort })).toMatchObject({ ok: true });
    expect(await callAdmin(admin, 'ports.keep')).toMatchObject({ ok: true });
    const moved = { event: 'moved', service: `http://127.0.0.1:${String(servicePort)}`, admin, version };
    await expect.poll(() => server.output.stdout.trimEnd().split('\n').at(-1)).toBe(JSON.stringify(moved));
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  });

  test('the environment says the same as the flags', async () => {
    const server = start([], { LATCHKEY_PORT: '0', LATCHKEY_ADMIN_PORT: '0' });
    await server.ready();
    expect(existsSync(join(folder, 'data'))).toBe(true);
  });
});

describe('exit codes, each with one sentence', () => {
  async function refused(server: ReturnType<typeof start>, code: number, sentence: RegExp) {
    expect(await server.exited).toBe(code);
    expect(server.output.stdout).toBe('');
    expect(server.output.stderr.trim().split('\n').at(-1)).toMatch(sentence);
    expect(server.output.stderr).not.toContain('    at ');
  }

  test.each([[['--prot', '1']], [['--port', 'x']], [['--port', '70000']], [['--port']]])(
    '2: %j',
    async (args) => {
      await refused(start(args), 2, /--p/);
    },
  );

  test('2: an admin token that is none, without repeating it', async () => {
    const server = start([], { LATCHKEY_ADMIN_TOKEN: 'lka_mistyped' });
    await refused(server, 2, /LATCHKEY_ADMIN_TOKEN/);
    expect(server.output.stderr).not.toContain('mistyped');
  });

  test('3: a data directory in use', async () => {
    const first = start();
    await first.ready();
    await refused(start(), 3, /use/);
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    const again = start();
    await again.ready();
  });

  test('4: a damaged store, left as it is', async () => {
    const first = start();
    await first.ready();
    first.child.kill('SIGTERM');
    await first.exited;
    const store = join(folder, 'data', 'keys.db');
    writeFileSync(store, 'not a database');
    await refused(start(), 4, /damaged/);
    expect(readFileSync(store, 'utf8')).toBe('not a database');
  });

  test.each(['--port', '--admin-port'])(
    '5: %s is taken; names it and lets go of the data directory',
    async (flag) => {
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', () => resolve()));
      const { port } = squatter.address() as AddressInfo;
      const other = flag === '--port' ? '--admin-port' : '--port';
      await refused(start([flag, String(port), other, '0']), 5, new RegExp(`${String(port)}.*${flag}`));
      squatter.close();
      await start().ready();
    },
  );
});

describe('stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends with code 0 within 5 s, also with connections held open',
    async (signal) => {
      const server = start();
      const { service, admin } = await server.ready();
      const events = await fetch(`${admin}/api/events`, {
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const { port } = new URL(service);
      const held = sendRaw(Number(port), `POST /v1/verify HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`, {
        waitMs: 8_000,
      });
      await new Promise((resolve) => setTimeout(resolve, 200));
      const sentAt = Date.now();
      server.child.kill(signal);
      expect(await server.exited).toBe(0);
      expect(Date.now() - sentAt).toBeLessThan(5_000);
      expect((await held).isClosed).toBe(true);
      await events.body?.cancel();
    },
  );

  test('every decision that was answered before the signal is in the log after the next start', async () => {
    const first = start();
    const { service, admin } = await first.ready();
    const created = await callAdmin(admin, 'services.create', { name: 'Trade', slug: 'trade' });
    const token = String(created.data['token']);
    const asked = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const response = await fetch(`${service}/v1/verify`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
          body: JSON.stringify({ key: 'lk_live_nothing', method: 'GET', path: '/inventory/42' }),
        });
        return ((await response.json()) as { requestId: string }).requestId;
      }),
    );
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    const second = start();
    const { data } = await callAdmin((await second.ready()).admin, 'requests.list', { limit: 500 });
    const ids = (data['items'] as { requestId: string }[]).map(({ requestId }) => requestId);
    expect(new Set(ids)).toEqual(new Set(asked));
  });

  test('an error that nothing caught is logged with an id, ends in order, and the exit code is 1', async () => {
    const boom = "if (isMainThread) setTimeout(() => { throw new Error('boom'); }, 2000);";
    const module = `import { isMainThread } from 'node:worker_threads'; ${boom}`;
    const server = start(undefined, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}`,
    });
    await server.ready();
    expect(await server.exited).toBe(1);
    const line = server.output.stderr.split('\n').find((text) => text.includes('boom')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      requestId: expect.stringMatching(/^err_/) as string,
      error: { message: 'boom' },
    });
    // The directory was let go: the next start is not refused.
    await start().ready();
  });

  test('no file and no log line holds the admin token', async () => {
    const server = start();
    const { admin } = await server.ready();
    await callAdmin(admin, 'sessions.createPairingLink');
    await fetch(`${admin}/?token=${ADMIN_TOKEN}`);
    server.child.kill('SIGTERM');
    await server.exited;
    expect(server.output.stderr + server.output.stdout).not.toContain(ADMIN_TOKEN);
    for (const name of readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(readFileSync(join(name.parentPath, name.name)).includes(ADMIN_TOKEN)).toBe(false);
    }
  });
});
