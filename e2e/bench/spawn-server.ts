import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A server of this run, pinned to the first core where `taskset` exists. */
export interface SpawnedServer {
  readonly service: string;
  readonly admin: string | null;
  readonly stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** Is there a second core and a way to keep load and server apart? */
export function canPin(): boolean {
  return process.platform === 'linux' && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;
}

/** Starts `node ...args` and waits for its ready line. Throws when it ends or stays silent for 20 s. */
export async function spawnServer(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<SpawnedServer> {
  const command = canPin() ? ['taskset', '-c', '0', process.execPath, ...args] : [process.execPath, ...args];
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ready = await firstReadyLine(child, errors);
  return { service: ready.service, admin: ready.admin ?? null, stop: () => stop(child) };
}

function firstReadyLine(
  child: ChildProcess,
  errors: readonly string[],
): Promise<{ service: string; admin?: string }> {
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
      resolve(JSON.parse(line) as { service: string; admin?: string });
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
