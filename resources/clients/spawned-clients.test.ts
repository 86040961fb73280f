import { createServer } from 'node:http';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOnPath } from '../scripts/system-packages.mjs';
import { clientSuite } from './client-suite.test-support.ts';
import { listening } from './unavailable-suite.test-support.ts';
import type { RunningService, ServiceOptions } from './unavailable-suite.test-support.ts';

const folder = import.meta.dirname;
const built = mkdtempSync(join(tmpdir(), 'latchkey-client-'));
afterAll(() => {
  rmSync(built, { recursive: true });
});

// Linux, where the set-up installs what is missing, must have both.
const canSkip = process.platform !== 'linux';

describe.skipIf(canSkip && !isOnPath('python3'))('with Python', () => {
  const script = join(folder, 'python', 'example_service.py');
  clientSuite('WSGI', (options) => running('python3', ['-B', script], options));

  test('a question that is sent again, because the kept connection broke, has the request id of the first', async () => {
    const ids: unknown[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        ids.push(Reflect.get(Object(JSON.parse(text)), 'requestId'));
        // The second question is taken, and its answer is lost.
        if (ids.length === 2) request.socket.resetAndDestroy();
        else response.end('{}');
      });
    });
    const url = await listening(server);
    const program = `from latchkey import Latchkey\nclient = Latchkey("${url}", "lks_t", timeout=5)\nfor _ in range(2): client.verify({"key": "k"})`;
    const child = spawn('python3', ['-B', '-c', program], { cwd: join(folder, 'python'), stdio: 'inherit' });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    server.close();
    const [first, second, again] = ids;
    expect(ids).toHaveLength(3);
    expect(first).toMatch(/^req_[0-9a-f]{28}$/);
    expect(second).not.toBe(first);
    expect(again).toBe(second);
  });
});

describe.skipIf(canSkip && !isOnPath('go'))('with Go', () => {
  const service = join(built, 'example-service');
  beforeAll(() => {
    const { status, stderr } = spawnSync('go', ['build', '-o', service, './example'], {
      cwd: join(folder, 'go'),
      encoding: 'utf8',
      env: {
        ...process.env,
        GO111MODULE: 'on',
        GOPROXY: 'off',
        // Kept between runs: the first build compiles net/http.
        GOCACHE: join(tmpdir(), 'latchkey-go-cache'),
      },
    });
    if (status !== 0) throw new Error(`The Go client does not build. Is golang-go installed? ${stderr}`);
  }, 300_000);
  clientSuite('net/http', (options) => running(service, [], options));
});

/** Starts a service that prints its port and ends with its standard input. */
async function running(
  command: string,
  args: readonly string[],
  { onUnavailable, timeoutMs, token, url }: ServiceOptions,
): Promise<RunningService> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LATCHKEY_URL: url,
      LATCHKEY_SERVICE_TOKEN: token,
      LATCHKEY_TIMEOUT_MS: String(timeoutMs),
      LATCHKEY_ON_UNAVAILABLE: onUnavailable,
    },
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The service ended with ${String(code)} before it listened.`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
