import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { formatAdminToken } from '#main/domain/key-format.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { dataOf, type RunningApp } from './running-app.ts';

const outDirectory = process.env['LATCHKEY_OUT_DIR'] ?? resolve(import.meta.dirname, '../out');
/** Far above what a start takes: on a machine that others use too, one has taken longer than 20 s. */
const START_TIME_LIMIT_MS = 60_000;

/** The headless server, running for a test. */
export interface HeadlessApp extends RunningApp {
  readonly adminUrl: string;
  /** Owner token that the store was made with. */
  readonly adminToken: string;
  /** A link that signs a browser in once. */
  readonly pairingLink: () => Promise<string>;
  /** Stops the process where it is, connections open, or lets it go on. */
  readonly setFrozen: (isFrozen: boolean) => void;
}

/** A well-formed owner token that no store knows yet. */
export function newAdminToken(): string {
  return formatAdminToken(randomBase62(43, (count) => randomBytes(count)));
}

/** Starts the built server on free ports, or its administration on the port of a former one. `adminToken` must be the one that the
 *  directory was made with. */
export async function startHeadless(
  dataDirectory: string,
  adminToken: string,
  adminPort = '0',
): Promise<HeadlessApp> {
  const args = [
    join(outDirectory, 'main', 'headless.js'),
    '--data',
    dataDirectory,
    '--port',
    '0',
    '--admin-port',
    adminPort,
  ];
  const env = { PATH: process.env['PATH'], HOME: dataDirectory, LATCHKEY_ADMIN_TOKEN: adminToken };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const ready = await readyLine(child, lines);
  const call = async <Name extends ProcedureName>(
    name: Name,
    input: CallInput<Name>,
  ): Promise<Output<Name>> => {
    const response = await fetch(`${ready.admin}/api/${name}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${adminToken}`,
        // One that is kept may just be closed by the server when a busy test calls again.
        Connection: 'close',
      },
      body: JSON.stringify(input),
    });
    return dataOf(name, (await response.json()) as Reply<Output<Name>>);
  };
  return {
    serviceUrl: ready.service,
    adminUrl: ready.admin,
    adminToken,
    dataDirectory,
    call,
    pairingLink: async () => {
      const { url } = await call('sessions.createPairingLink', {});
      if (url === null) throw new Error('sessions.createPairingLink gave no link.');
      return url;
    },
    setFrozen: (isFrozen) => {
      child.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT');
    },
    output: () => lines.join(''),
    stop: () => stop(child),
  };
}

async function readyLine(child: ChildProcess, lines: string[]): Promise<{ service: string; admin: string }> {
  if (child.stdout === null) throw new Error('The server has no standard output.');
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(`${line}\n`));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with ${String(code)}: ${lines.join('')}`);
  });
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(
      () => reject(new Error(`The server was not ready in time: ${lines.join('')}`)),
      START_TIME_LIMIT_MS,
    ).unref();
  });
  const [line] = (await Promise.race([once(reader, 'line'), ended, late])) as [string];
  ended.catch(() => undefined);
  return JSON.parse(line) as { service: string; admin: string };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  return code;
}
