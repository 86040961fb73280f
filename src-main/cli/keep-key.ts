import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { errorCode } from '#main/platform/error-code.ts';
import { writeFileAtomic } from '#main/platform/write-file-atomic.ts';
import { CallError } from './call-admin.ts';
import type { Terminal } from './terminal.ts';

/** Where a new key goes: a file of its own, a variable in a file of variables, or the program of a secret manager. */
export type KeyPlace =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'variable'; readonly file: string; readonly variable: string }
  | ManagerPlace;

interface ManagerPlace {
  readonly kind: 'manager';
  readonly label: string;
  readonly name: string;
  /** What the program reads: `before`, the key, `after`. */
  readonly before: string;
  readonly after: string;
  readonly argv: readonly string[];
}

const COMPLAINT_CHARACTERS_MAX = 2_000;

/** The place in words. */
export function placeWords(place: KeyPlace): string {
  switch (place.kind) {
    case 'file':
      return place.file;
    case 'variable':
      return `${place.variable} in ${place.file}`;
    case 'manager':
      return `${place.name} in ${place.label}`;
  }
}

/** Puts a key where it goes. Throws CallError, with what went wrong and never with the key. */
export async function keepKey(
  secret: string,
  place: KeyPlace,
  environment: Terminal['environment'],
): Promise<void> {
  if (place.kind === 'manager') return giveTo(place, secret, environment);
  try {
    keepInFile(secret, place);
  } catch (error) {
    throw lost(`${place.file} cannot be written (${errorCode(error)})`);
  }
}

/** A new file is readable to its owner alone; one that is there keeps its rights. */
function keepInFile(secret: string, place: Exclude<KeyPlace, ManagerPlace>): void {
  if (place.kind === 'file') {
    writeFileAtomic(place.file, `${secret}\n`);
    return;
  }
  const line = `${place.variable}=${secret}\n`;
  if (existsSync(place.file)) appendFileSync(place.file, line);
  else appendFileSync(place.file, line, { mode: 0o600, flag: 'ax' });
}

/** Runs the manager's own program, without a shell. The key goes through a pipe: not into its arguments, nor its environment. What
 *  it prints is shown only when it fails, and without the key. */
async function giveTo(
  { argv, before, after }: ManagerPlace,
  secret: string,
  environment: Terminal['environment'],
): Promise<void> {
  const [program = '', ...args] = argv;
  // The program needs a sign-in of its own and nothing of ours.
  const { LATCHKEY_ENROLMENT_TOKEN: _token, ...env } = environment;
  const child = spawn(program, args, { env: { ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS_MAX - secret.length);
  });
  // A program that ends early closes the pipe; its exit code says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${before}${secret}${after}`);
  const outcome = await new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(`cannot be started (${errorCode(error)})`));
    child.on('close', (code, signal) =>
      resolve(code === 0 ? null : `ended with ${String(code ?? signal ?? 'an error')}`),
    );
  });
  if (outcome === null) return;
  const said = complaint.replaceAll(secret, '…').trim().slice(-COMPLAINT_CHARACTERS_MAX);
  throw lost(`${program} ${outcome}${said === '' ? '' : `: ${said}`}`);
}

function lost(why: string): CallError {
  return new CallError(`The key was made, but ${why}. It ends by itself; mint another.`);
}
