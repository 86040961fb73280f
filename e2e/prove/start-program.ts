import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { type Call, dataOf } from '../running-app.ts';
import type { Workbench } from './case.ts';
import type { Program } from './program.ts';

/** A server that a case has started. */
export interface RunningProgram {
  readonly pid: number;
  readonly service: string;
  readonly admin: string;
  /** From the start of the process to its ready line. */
  readonly startMs: number;
  /** One admin call with the owner's token. Throws when it is refused or no answer comes. */
  readonly call: Call;
  /** The same, with the refusal as an answer and with its HTTP status. Throws when no whole answer comes. */
  readonly ask: <Name extends ProcedureName>(
    name: Name,
    input: CallInput<Name>,
  ) => Promise<{ readonly status: number; readonly reply: Reply<Output<Name>> }>;
  /** Standard error so far. */
  readonly complaints: () => string;
  /** Sends the signal and waits for the end; answers the exit code, null after a kill. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** How a server is started. */
export interface StartOptions {
  readonly program: Program;
  readonly data: string;
  /** The one that the directory was made with. */
  readonly adminToken: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Command before `node`: ["strace", …]. */
  readonly under?: readonly string[];
  /** Killed that long after its start, ready or not. */
  readonly killAfterMs?: number;
}

/** A server that did not start. */
export class NotStartedError extends Error {
  override readonly name = 'NotStartedError';
  readonly exitCode: number | null;
  readonly complaints: string;
  readonly tookMs: number;

  constructor(exitCode: number | null, complaints: string, tookMs: number) {
    super(`The server ended with ${String(exitCode)}: ${complaints.slice(0, 2_000)}`);
    this.exitCode = exitCode;
    this.complaints = complaints;
    this.tookMs = tookMs;
  }
}

const START_LIMIT_MS = 60_000;

/** Starts the headless server on free ports; it is killed at the end of the case. Throws NotStartedError. */
export async function startProgram(work: Workbench, options: StartOptions): Promise<RunningProgram> {
  const { program, data, adminToken, environment = {}, args = [], under = [], killAfterMs } = options;
  const startedAt = performance.now();
  const command = [...under, process.execPath, program.headless];
  const places = ['--data', data, '--port', '0', '--admin-port', '0'];
  const env = { PATH: process.env['PATH'], HOME: data, LATCHKEY_ADMIN_TOKEN: adminToken, ...environment };
  const child = spawn(command[0] ?? '', [...command.slice(1), ...places, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  work.onEnd(() => child.kill('SIGKILL'));
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    ended.then((code) => {
      clearTimeout(timer);
      throw new NotStartedError(code, complaints.join(''), performance.now() - startedAt);
    }),
  ]);
  clearTimeout(timer);
  const startMs = performance.now() - startedAt;
  const ready = JSON.parse(line) as { service: string; admin: string };
  const ask = askOf(ready.admin, adminToken);
  return {
    pid: child.pid ?? 0,
    ...ready,
    startMs,
    ask,
    call: async (name, input) => dataOf(name, (await ask(name, input)).reply),
    complaints: () => complaints.join(''),
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

function askOf(admin: string, token: string): RunningProgram['ask'] {
  return async (name, input) => {
    const response = await fetch(`${admin}/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    });
    return { status: response.status, reply: (await response.json()) as never };
  };
}
