import { spawn, type ChildProcess } from 'node:child_process';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { adminTokenOf } from './http/doors.test-support.ts';
import { programFile } from './program-file.test-support.ts';

const ADMIN_TOKEN = adminTokenOf('owner');
/** On a busy machine the log may open after the doors. */
const LOG_OPENS_WITHIN_MS = 30_000;

/** The program as a user starts it, in a process of its own. */
export interface SpawnedServer {
  readonly child: ChildProcess;
  /** Address of the door for services. */
  readonly service: string;
  /** The data of an owner's call; throws where it is refused. */
  readonly call: <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;
  /** Sends the signal and waits until the process has ended. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
}

/** Starts it on the data directory `folder` and waits until its log is open. */
export async function spawnServer(folder: string): Promise<SpawnedServer> {
  const args = [programFile('headless'), '--data', folder, '--port', '0', '--admin-port', '0'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], LATCHKEY_ADMIN_TOKEN: ADMIN_TOKEN },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const line = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
  const { service, admin } = JSON.parse(line.toString()) as { service: string; admin: string };
  const call: SpawnedServer['call'] = async (name, input) => {
    const response = await fetch(`${admin}/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as { ok: boolean; data: Output<typeof name> };
    if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply)}`);
    return reply.data;
  };
  await logIsOpen(call).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    child,
    service,
    call,
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

async function logIsOpen(call: SpawnedServer['call']): Promise<void> {
  const deadlineMs = performance.now() + LOG_OPENS_WITHIN_MS;
  while ((await call('system.status', {})).log.state !== 'ok') {
    if (performance.now() > deadlineMs) throw new Error('The log did not open.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
