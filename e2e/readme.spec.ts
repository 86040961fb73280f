import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test } from 'playwright/test';
import { readConfig } from '#main/config.ts';
import { startRecordingService } from './gateways/recording-service.ts';
import { freePort, startGateway } from './gateways/start-gateway.ts';
import { startHeadless, type HeadlessApp } from './start-headless.ts';

const root = resolve(import.meta.dirname, '..');
const out = process.env['LATCHKEY_OUT_DIR'] ?? join(root, 'out');
const clients = join(root, 'resources', 'clients');
const run = promisify(execFile);

/** A fenced block of the README. */
interface Block {
  readonly language: string;
  readonly text: string;
  /** What the command before it should answer, where that is shown. */
  readonly answer: string | null;
}

/** What the commands of the page leave behind. */
interface Walked {
  readonly serviceToken: string;
  readonly apiKey: string;
}

/** Between the outputs of two blocks. */
const SEPARATOR = '\u001e';

test.describe.configure({ mode: 'serial' });
let folder: string;
let blocks: readonly Block[];
let app: HeadlessApp;
let walked: Walked;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-readme-'));
  blocks = blocksOf(await readFile(join(root, 'README.md'), 'utf8'));
  await checkOut(folder);
});

/** A checkout with one commit, for the commands that look into one. */
async function checkOut(path: string): Promise<void> {
  await copyFile(join(root, 'README.md'), join(path, 'README.md'));
  const who = ['-c', 'user.name=Reader', '-c', 'user.email=reader@example.com'];
  for (const args of [
    ['init', '-q'],
    ['add', 'README.md'],
    [...who, 'commit', '-q', '-m', 'First'],
  ]) {
    await run('git', args, { cwd: path });
  }
}

test.afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('every command of the README runs in the order of the page and answers what the page shows', async () => {
  const shell = blocks.filter(({ language }) => language === 'sh');
  const makesToken = shell.find(({ text }) => text.includes('export LATCHKEY_ADMIN_TOKEN'));
  const token = await bash(`${runnable(makesToken?.text ?? '')}\nprintf %s "$LATCHKEY_ADMIN_TOKEN"`);
  app = await startHeadless(join(folder, 'data'), token);
  const walk = shell.filter((block) => block !== makesToken && runnable(block.text).trim() !== '');
  expect(walk.length).toBeGreaterThan(12);
  const end = `printf %s "$LATCHKEY_SERVICE_TOKEN ${SEPARATOR} $API_KEY"`;
  const script = walk.map(({ text }) => `${runnable(text)}\nprintf '${SEPARATOR}'`).join('\n');
  const outputs = (await bash(`${script}\n${end}`)).split(SEPARATOR);
  for (const [index, { text, answer }] of walk.entries()) {
    const output = outputs[index] ?? '';
    expect(output.trim(), text).not.toBe('');
    expect(output, text).not.toMatch(/^\{"(?:ok":false|type":"urn:)/m);
    if (answer !== null) expect(JSON.parse(output), text).toMatchObject(shown(JSON.parse(answer)));
  }
  const [serviceToken = '', apiKey = ''] = outputs.slice(walk.length).map((text) => text.trim());
  walked = { serviceToken, apiKey };
});

test('every npm command of the README is there, and the server takes its flags', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const lines = blocks.flatMap(({ language, text }) => (language === 'sh' ? text.split('\n') : []));
  const commands = lines.filter((line) => line.startsWith('npm '));
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) {
    const [, name = '', flags] = /^npm (?:run )?([\w:]+)(?: -- ([^#]*))?/.exec(command) ?? [];
    expect(Object.keys(scripts), command).toContain(name);
    if (name === 'headless') readConfig((flags ?? '').trim().split(/\s+/), {});
  }
});

test('the nginx lines of the README let a good key through and refuse the others', async () => {
  const service = await startRecordingService();
  const port = await freePort();
  const text = blockOf('nginx')
    .replace('lks_…', walked.serviceToken)
    .replace('http://127.0.0.1:8080', service.url)
    .replace('http://127.0.0.1:7420', app.serviceUrl);
  const file = {
    name: 'readme.conf',
    path: join(folder, 'readme.conf'),
    text: `server { listen 127.0.0.1:${port};\n${text}}\n`,
    language: 'nginx',
    holdsToken: false,
  } as const;
  const config = { dialect: 'nginx', files: [file], steps: [], traps: [] } as const;
  const gateway = await startGateway('nginx', config, { folder, port, serviceToken: walked.serviceToken });
  try {
    await expectGuarded(`http://127.0.0.1:${port}`, walked.apiKey);
    expect(service.received.map(({ url }) => url)).toEqual(['/inventory/42']);
  } finally {
    await gateway.stop();
    await service.stop();
  }
});

test('the lines for a TypeScript service guard it', async () => {
  const program = join(folder, 'service.ts');
  const snippet = blockOf('ts').replaceAll(`'./latchkey/`, `'${clients}/typescript/`);
  await writeFile(
    program,
    `import express from '${root}/node_modules/express/index.js';
const app = express();
${here(snippet)}
app.all('/{*path}', (request, response) => response.send('item'));
const server = app.listen(0, '127.0.0.1', () => console.log(String(server.address().port)));`,
  );
  await expectServiceGuarded(process.execPath, [program]);
});

test('the lines for a Python service guard it', async () => {
  const program = join(folder, 'service.py');
  await writeFile(
    program,
    `import os, sys
sys.path.insert(0, ${JSON.stringify(join(clients, 'python'))})
from wsgiref.simple_server import make_server
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"item"]
${here(blockOf('python'))}
server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()`,
  );
  await expectServiceGuarded('python3', ['-B', program]);
});

test('the lines for a Go service guard it', async () => {
  test.setTimeout(300_000);
  const port = await freePort();
  const module = join(folder, 'go');
  await mkdir(module);
  await writeFile(
    join(module, 'go.mod'),
    `module readme\n\ngo 1.19\n\nrequire latchkey v0.0.0\n\nreplace latchkey => ${join(clients, 'go')}\n`,
  );
  await writeFile(
    join(module, 'main.go'),
    `package main

import (
\t"fmt"
\t"net/http"
\t"os"

\t"latchkey"
)

func main() {
\thandler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
\tfmt.Println(${port})
${here(blockOf('go')).replace(':8080', `127.0.0.1:${port}`)}}
`,
  );
  const env = { ...process.env, GO111MODULE: 'on', GOPROXY: 'off', GOFLAGS: '-mod=mod' };
  // The cache that the tests of the clients fill.
  const cache = { GOCACHE: join(tmpdir(), 'latchkey-go-cache') };
  const service = join(folder, 'go-service');
  await run('go', ['build', '-o', service, '.'], { cwd: module, env: { ...env, ...cache } });
  await expectServiceGuarded(service, []);
});

function blocksOf(page: string): readonly Block[] {
  const fences = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return fences.map(([, language = '', text = ''], index) => {
    const [, nextLanguage, nextText = ''] = fences[index + 1] ?? [];
    return { language, text, answer: language === 'sh' && nextLanguage === 'json' ? nextText : null };
  });
}

function blockOf(language: string): string {
  return blocks.find((block) => block.language === language)?.text ?? '';
}

/** A block without the lines that start or build the program: the test does that. */
function runnable(text: string): string {
  const program = `${process.execPath} ${join(out, 'main', 'latchkey.js')}`;
  const lines = text.split('\n').filter((line) => !line.startsWith('npm '));
  return lines.join('\n').replaceAll('npx latchkey', program);
}

async function bash(script: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    ...(app === undefined
      ? {}
      : { LATCHKEY_ADMIN_TOKEN: app.adminToken, LATCHKEY_ADMIN_PORT: new URL(app.adminUrl).port }),
  };
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here(script)], { env, cwd: folder });
  return stdout;
}

/** The same with the addresses of the running server. */
function here(text: string): string {
  if (app === undefined) return text;
  return text
    .replaceAll('http://127.0.0.1:7420', app.serviceUrl)
    .replaceAll('http://127.0.0.1:7421', app.adminUrl);
}

/** An answer of the page as a pattern: `…` stands for any text. */
function shown(answer: unknown): Record<string, unknown> {
  const pattern = (value: unknown): unknown => {
    if (value === '…') return expect.any(String);
    if (Array.isArray(value)) return value.map(pattern);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, pattern(inner)]));
  };
  return pattern(answer) as Record<string, unknown>;
}

async function expectGuarded(url: string, key: string): Promise<void> {
  const status = async (init: RequestInit, path = '/inventory/42') =>
    (await fetch(`${url}${path}`, init)).status;
  const headers = { 'X-API-Key': key };
  await expect(() => status({})).toPass({ timeout: 10_000 });
  expect(await status({ headers })).toBe(200);
  expect(await status({})).toBe(401);
  expect(await status({ headers: { 'X-API-Key': `${key}x` } })).toBe(401);
  expect(await status({ headers, method: 'POST' }, '/offers')).toBe(403);
}

/** Starts a service that prints its port, and asks it with and without the key. */
async function expectServiceGuarded(program: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, LATCHKEY_SERVICE_TOKEN: walked.serviceToken };
  const child: ChildProcess = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  try {
    if (child.stdout === null) throw new Error('The service has no standard output.');
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    await expectGuarded(`http://127.0.0.1:${port}`, walked.apiKey);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
