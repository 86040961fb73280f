import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isAdminToken } from '#main/domain/key-format.ts';
import { HELP, runCommand } from './run-command.ts';

const TOKEN_VARIABLE = 'LATCHKEY_ADMIN_TOKEN';
let server: Server | null = null;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = null;
});

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const printed: string[] = [];
  const errors: string[] = [];
  const exitCode = await runCommand(args, {
    environment,
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

async function newToken(): Promise<string> {
  return (await run(['token', 'new'])).printed;
}

/** A server that answers everything with `body`; gives its address. */
async function answering(body: string): Promise<string> {
  server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test('token new prints a well-formed token, another one each time', async () => {
  const tokens = new Set(await Promise.all(Array.from({ length: 20 }, newToken)));
  expect(tokens.size).toBe(20);
  for (const token of tokens) expect(isAdminToken(token)).toBe(true);
});

test('help and version', async () => {
  for (const args of [[], ['--help'], ['status', '-h']]) {
    expect(await run(args)).toEqual({ exitCode: 0, printed: HELP, errors: '' });
  }
  expect((await run(['--version'])).printed).toMatch(/^\d+\.\d+\.\d+$/);
});

test('form lists the secret managers, and prints how a key gets into one and who may read it there', async () => {
  expect((await run(['form'])).printed.split('\n')).toHaveLength(10);
  const { exitCode, printed } = await run(['form', 'aws', '--name', 'Data feed', '--replace']);
  expect(exitCode).toBe(0);
  expect(printed).toContain(
    'put-secret-value --secret-id latchkey/data-feed --secret-string file:///dev/stdin',
  );
  expect(printed).toContain('"Action": "secretsmanager:GetSecretValue"');
});

test.each([
  [['form', 'safe']],
  [['form', 'vault', 'aws']],
  [['form', 'vault', '--place', '*']],
  [['form', '--nope']],
  [['nope']],
  [['token']],
  [['token', 'old']],
  [['status', '--nope']],
  [['status', 'now']],
  [['pair', '--url']],
])('%j is bad usage: exit code 2 and a hint', async (args) => {
  const { exitCode, errors, printed } = await run(args, { [TOKEN_VARIABLE]: await newToken() });
  expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: '' });
  expect(errors).toContain('latchkey --help');
});

test('a missing or mistyped admin token is bad usage and is not repeated', async () => {
  const typo = (await newToken()).slice(0, -1);
  for (const environment of [{}, { [TOKEN_VARIABLE]: typo }]) {
    const { exitCode, errors } = await run(['status'], environment);
    expect(exitCode).toBe(2);
    expect(errors).toContain(TOKEN_VARIABLE);
    expect(errors).not.toContain(typo);
  }
  const role = await run(['pair', '--role', 'king'], { [TOKEN_VARIABLE]: await newToken() });
  expect(role).toMatchObject({ exitCode: 2, printed: '' });
});

test('a server that is down, is not ours, or refuses: exit code 1 with what it is', async () => {
  const environment = { [TOKEN_VARIABLE]: await newToken() };
  const down = await run(['status', '--url', 'http://127.0.0.1:1'], environment);
  expect(down).toMatchObject({ exitCode: 1, printed: '' });
  expect(down.errors).toContain('Nothing answers at http://127.0.0.1:1');
  const foreign = await answering('<html>hello</html>');
  expect((await run(['status', '--url', foreign], environment)).errors).toContain('not Latchkey');
  server?.close();
  const error = { code: 'UNAUTHENTICATED', message: 'The admin token is unknown.', requestId: 'req_1' };
  const refusing = await answering(JSON.stringify({ ok: false, error }));
  expect(await run(['status', '--url', refusing], environment)).toMatchObject({
    exitCode: 1,
    errors: 'The admin token is unknown.',
  });
});
