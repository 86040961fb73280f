import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { formatEnrolmentToken, formatKey } from '#main/domain/key-format.ts';
import { runCommand } from './run-command.ts';

const TOKEN = formatEnrolmentToken('e'.repeat(43));
const KEY_ID = keyId.parse('k7Qd2mX9pR4t');
const KEY = formatKey({ environment: 'live', slug: 'shop', keyId: KEY_ID, secret43: 'S'.repeat(43) });
const ANSWER = {
  key: {
    ...{ keyId: KEY_ID, name: 'Shop 318', environment: 'live', scopes: [] },
    ...{ expiresAt: Date.UTC(2026, 10, 23), tags: ['version=318'] },
  },
  secret: KEY,
  parent: { keyId: 'k7Qd2mX9pR4u', name: 'Shop' },
  isRepeat: false,
};
const refusal = (status: number, detail: string) => ({ status, body: { detail, retryAfterMs: 1 } });

let folder: string;
let server: Server;
let asked: { authorization: string | undefined; body: unknown }[];
let answers: { status: number; body: unknown }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-mint-'));
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body: JSON.parse(text) as unknown });
      const { status, body } = answers.shift() ?? { status: 201, body: ANSWER };
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function mint(args: readonly string[], more: Record<string, string> = {}) {
  const printed: string[] = [];
  const errors: string[] = [];
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const exitCode = await runCommand(['mint', ...args], {
    environment: { LATCHKEY_ENROLMENT_TOKEN: TOKEN, LATCHKEY_URL: url, ...more },
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}
const file = (name: string) => join(folder, name);

test('the key goes into a file of its owner alone, and what is printed names it without holding it', async () => {
  const { exitCode, printed, errors } = await mint([
    '--app-version',
    '318',
    '--life',
    '8h',
    '--contact-name',
    'Dana Young',
    '--contact-email',
    'dana@acme.example',
    '--out',
    file('key'),
  ]);
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  expect(readFileSync(file('key'), 'utf8')).toBe(`${KEY}\n`);
  expect(statSync(file('key')).mode & 0o777).toBe(0o600);
  expect(printed).toBe(
    `Shop 318: lk_live_shop_k7Qd2mX9pR4t_…${KEY.slice(-4)} until 2026-11-23T00:00:00Z, written to ${file('key')}`,
  );
  expect(asked).toMatchObject([
    {
      authorization: `Bearer ${TOKEN}`,
      body: {
        ...{ version: '318', lifeMs: 28_800_000 },
        ...{ contactName: 'Dana Young', contactEmail: 'dana@acme.example' },
      },
    },
  ]);
});

test('an environment file gets one more line, keeps what it has, and a CI system is told to mask the key first', async () => {
  writeFileSync(file('env'), 'A=1\n', { mode: 0o644 });
  const ci = { GITHUB_SHA: 'abcdef0123', GITHUB_RUN_ID: '4711' };
  const { exitCode, printed } = await mint(
    ['--ci', '--mask', '--env-file', file('env'), '--name', 'SHOP_KEY'],
    ci,
  );
  expect(exitCode).toBe(0);
  expect(readFileSync(file('env'), 'utf8')).toBe(`A=1\nSHOP_KEY=${KEY}\n`);
  const [first, ...rest] = printed.split('\n');
  expect(first).toBe(`::add-mask::${KEY}`);
  expect(rest.join('\n')).not.toContain(KEY);
  expect(asked[0]?.body).toMatchObject({ commit: 'abcdef0123', build: '4711' });
  const fresh = await mint(['--build', '7', '--env-file', file('fresh')]);
  expect(fresh.exitCode).toBe(0);
  expect(statSync(file('fresh')).mode & 0o777).toBe(0o600);
});

/** A program of that name which does what the lines of shell say; answers the PATH with it. */
function program(name: string, lines: string): { readonly PATH: string } {
  writeFileSync(file(name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
}

test('a secret manager reads the key from its standard input; its arguments and its environment have neither key nor token', async () => {
  const path = program('vault', `cat > '${file('input')}'; (printf '%s\\n' "$@"; env) > '${file('seen')}'`);
  const { exitCode, printed, errors } = await mint(
    ['--build', '7', '--into', 'vault', '--place', 'kv', '--name', 'Shop 318'],
    path,
  );
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
  expect(readFileSync(file('input'), 'utf8')).toBe(KEY);
  const seen = readFileSync(file('seen'), 'utf8');
  expect(seen).toMatch(/^kv\nput\n-mount=kv\nlatchkey\/shop-318\napi_key=-\n/);
  for (const secret of [KEY, TOKEN]) expect(seen).not.toContain(secret);
  expect(printed).toContain('written to shop-318 in HashiCorp Vault');
  expect(printed).not.toContain(KEY);
});

test('a secret manager that fails is exit code 1 with its reason, and never shows the key', async () => {
  const path = program('vault', 'echo "permission denied: $(cat)" >&2; exit 2');
  const refused = await mint(['--build', '7', '--into', 'vault'], path);
  expect(refused).toMatchObject({ exitCode: 1, printed: '' });
  expect(refused.errors).toContain('vault ended with 2: permission denied: …');
  const missing = await mint(['--build', '7', '--into', 'vault'], { PATH: file('nowhere') });
  expect(missing.errors).toContain('vault cannot be started (ENOENT)');
  for (const { errors } of [refused, missing]) expect(errors).not.toContain(KEY);
});

test('an .env file is a place like the secret managers, with a name by its rules', async () => {
  await mint(['--build', '7', '--into', 'dotenv', '--place', file('shop.env'), '--name', 'Shop key']);
  expect(readFileSync(file('shop.env'), 'utf8')).toBe(`SHOP_KEY=${KEY}\n`);
});

test('what may work later is tried three times with the same requestId, then exit code 75', async () => {
  answers = [refusal(503, 'Busy.'), refusal(429, 'Too often.')];
  expect((await mint(['--build', '7', '--out', file('key')])).exitCode).toBe(0);
  const ids = asked.map(({ body }) => (body as { requestId: string }).requestId);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
  answers = [refusal(503, 'Busy.'), refusal(503, 'Busy.'), refusal(503, 'Busy.')];
  expect(await mint(['--build', '7', '--out', file('later')])).toEqual({
    exitCode: 75,
    printed: '',
    errors: 'Busy.',
  });
  expect(existsSync(file('later'))).toBe(false);
});

test('a refusal is exit code 1 with its reason, and a file that cannot be written never shows the key', async () => {
  answers = [refusal(401, 'The enrolment token is unknown, expired or revoked.')];
  const refused = await mint(['--build', '7', '--out', file('key')]);
  expect(refused).toMatchObject({ exitCode: 1, printed: '' });
  expect(refused.errors).toContain('unknown, expired or revoked');
  const unwritable = await mint(['--build', '7', '--out', join(folder, 'no', 'such', 'key')]);
  expect(unwritable.exitCode).toBe(1);
  expect(unwritable.errors).toContain('cannot be written');
  expect(unwritable.errors).not.toContain(KEY);
});

test.each([
  [[], 'what the key is for'],
  [['--build', '7'], 'where the key goes'],
  [['--build', '7', '--out', 'a', '--env-file', 'b'], 'where the key goes'],
  [['--build', '7', '--into', 'vault', '--out', 'a'], 'where the key goes'],
  [['--build', '7', '--into', 'safe'], 'kubernetes'],
  [['--build', '7', '--into', 'vault', '--place', 'secret/*'], '--place'],
  [['--build', '7', '--into', 'aws', '--place', 'here'], '--place'],
  [['--build', 'a b', '--out', 'a'], '--build'],
  [['--commit', 'xyz', '--out', 'a'], '--commit'],
  [['--build', '7', '--out', 'a', '--life', '8y'], '--life'],
  [['--build', '7', '--env-file', 'a', '--name', '1A'], '1A'],
  [['--ci', '--out', 'a'], '--ci'],
  [['--nope'], 'latchkey --help'],
  [['--build', '7', '--out', 'a', '--url', 'nowhere'], 'nowhere'],
])('%j is bad usage: exit code 2, a hint, and nobody is asked', async (args, hint) => {
  const { exitCode, errors } = await mint(args.length === 0 ? ['--out', 'a'] : args);
  expect(exitCode).toBe(2);
  expect(errors).toContain(hint);
  expect(asked).toEqual([]);
});

test('a missing or mistyped token is bad usage and is not repeated', async () => {
  const typo = TOKEN.slice(0, -1);
  const { exitCode, errors } = await mint(['--build', '7', '--out', 'a'], { LATCHKEY_ENROLMENT_TOKEN: typo });
  expect(exitCode).toBe(2);
  expect(errors).toContain('LATCHKEY_ENROLMENT_TOKEN');
  expect(errors).not.toContain(typo);
});
