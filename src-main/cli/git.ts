import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { CallError } from './call-admin.ts';

/** A repository may name a program that Git runs by itself: a scan of somebody else's must run none. */
const HARMLESS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager'];
const TEXT_BYTES_MAX = 1024 * 1024;

/** The first line that Git answers; null where there is no Git, or it refuses. */
export function askGit(folder: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', [...HARMLESS, '-C', folder, ...args], {
    encoding: 'utf8',
    maxBuffer: TEXT_BYTES_MAX,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : null;
}

/** The pieces of what Git prints, between NUL characters. Throws CallError when it fails. */
export async function* gitPieces(folder: string, args: readonly string[]): AsyncGenerator<string> {
  const child = startGit(folder, args);
  child.stdin.end();
  let rest = '';
  child.stdout.setEncoding('utf8');
  for await (const text of child.stdout) {
    const pieces = (rest + String(text)).split('\0');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  await ended(child, args);
}

/** One object of a repository. */
export interface GitObject {
  readonly id: string;
  readonly kind: string;
  /** What stood behind its id in the question. */
  readonly note: string;
}

/** Reads objects in the order in which they are asked for, in parts, so that memory does not depend on their size. `ask` gets the
 *  stream for the ids: `<id> <note>` a line. Throws CallError when Git fails. */
export async function readGitObjects(
  folder: string,
  ask: (ids: Writable) => Promise<void>,
  on: {
    readonly start: (object: GitObject) => void;
    readonly part: (bytes: Buffer) => void;
    readonly end: () => void;
  },
): Promise<void> {
  const args = ['cat-file', '--buffer', '--batch=%(objectname) %(objecttype) %(objectsize) %(rest)'];
  const child = startGit(folder, args);
  const asked = ask(child.stdin);
  let head = '';
  // Bytes of the object that are still to come, and the line break behind them; -1 between two objects.
  let left = -1;
  for await (const chunk of child.stdout) {
    let bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    while (bytes.length > 0) {
      if (left === -1) {
        const lineEnd = bytes.indexOf(10);
        head += bytes.toString('utf8', 0, lineEnd === -1 ? bytes.length : lineEnd);
        bytes = bytes.subarray(lineEnd === -1 ? bytes.length : lineEnd + 1);
        if (lineEnd === -1) continue;
        left = begin(head, on.start);
        head = '';
      } else {
        const body = bytes.subarray(0, Math.min(left, bytes.length));
        if (body.length > 0) on.part(body);
        left -= body.length;
        bytes = bytes.subarray(body.length);
        if (left > 0 || bytes.length === 0) continue;
        bytes = bytes.subarray(1);
        left = -1;
        on.end();
      }
    }
  }
  await asked;
  await ended(child, args);
}

/** How many bytes follow; -1 for an object that is not there. */
function begin(head: string, start: (object: GitObject) => void): number {
  const [, id = '', kind = '', size, note = ''] = /^(\S+) (\S+) (\d+) ?(.*)$/.exec(head) ?? [];
  if (size === undefined) return -1;
  start({ id, kind, note });
  return Number(size);
}

/** Pipes what one Git prints into another's question. */
export async function pipeGit(folder: string, args: readonly string[], into: Writable): Promise<void> {
  const child = startGit(folder, args);
  child.stdin.end();
  child.stdout.pipe(into);
  await ended(child, args);
}

type Git = ChildProcessByStdio<Writable, Readable, Readable> & { readonly told: string[] };

function startGit(folder: string, args: readonly string[]): Git {
  const child = spawn('git', [...HARMLESS, '-C', folder, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const told: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => told.push(bytes.toString()));
  // A Git that ends early is told by its exit.
  child.stdin.on('error', () => undefined);
  return Object.assign(child, { told });
}

async function ended(child: Git, args: readonly string[]): Promise<void> {
  if (child.exitCode === null) await once(child, 'close');
  if (child.exitCode === 0) return;
  throw new CallError(`git ${args[0] ?? ''} failed: ${child.told.join('').trim().split('\n')[0] ?? ''}`);
}
