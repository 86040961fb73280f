import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { canPin, LOAD_CORE, SERVER_CORE } from './machine.ts';

/** A server of this run. */
export interface SpawnedServer {
  readonly pid: number;
  readonly service: string;
  readonly admin: string | null;
  /** Keys that the server made for the load, where it says so. */
  readonly keys: readonly string[] | null;
  /** From the start of the process to its ready line, ms. */
  readonly startMs: number;
  readonly stop: () => Promise<void>;
}

/** `all` = every thread on the core of the servers; `main` = its main thread there and its other threads where there is room,
 *  as on a machine with more cores than this one; `apart` = every thread on the core of the load. */
export type Placement = 'all' | 'main' | 'apart';

const START_TIMEOUT_MS = 60_000;

/** Starts `node ...args` and waits for its ready line. Throws when it ends or stays silent for a minute. */
export async function spawnServer(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly placement?: Placement } = {},
): Promise<SpawnedServer> {
  const { env = {}, placement = 'all' } = options;
  const core = placement === 'apart' ? LOAD_CORE : SERVER_CORE;
  const isPinned = canPin && placement !== 'main';
  const command = isPinned ? ['taskset', '-c', core, process.execPath, ...args] : [process.execPath, ...args];
  const startedAt = performance.now();
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ready = await firstReadyLine(child, errors);
  const startMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  // Without -a, taskset moves the one thread whose id is the process id: the main thread.
  if (canPin && placement === 'main') spawnSync('taskset', ['-c', '-p', SERVER_CORE, String(pid)]);
  return {
    pid,
    service: ready.service,
    admin: ready.admin ?? null,
    keys: ready.keys ?? null,
    startMs,
    stop: () => stop(child),
  };
}

interface ReadyLine {
  readonly service: string;
  readonly admin?: string;
  readonly keys?: readonly string[];
}

function firstReadyLine(child: ChildProcess, errors: readonly string[]): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`No ready line in time. ${errors.join('')}`)),
      START_TIMEOUT_MS,
    );
    child.once('exit', (code) => reject(new Error(`Server ended with ${String(code)}. ${errors.join('')}`)));
    if (child.stdout === null) throw new Error('stdout is not piped.');
    createInterface(child.stdout).on('line', (line) => {
      if (!line.includes('"event":"ready"')) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as ReadyLine);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
