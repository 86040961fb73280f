import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ProveCase } from './case.ts';
import type { LoadedCase } from './load-cases.ts';
import type { Proof, ProveOptions } from './prove-case.ts';

/** What the process of a case is told, as JSON in its first argument. */
export interface ApartOptions extends Pick<ProveOptions, 'amount' | 'limitMs'> {
  readonly id: string;
  readonly file: string;
}

/** Past the limits of its figure and controls, for ending what was started. */
const END_MS = 30_000;

/** Proves a case in a process of its own: what computes takes no time from its neighbour, and what ends or hangs its process ends or
 *  holds up no other case. Never throws: what went wrong is told in the proof. */
export async function proveApart(
  { one, file }: LoadedCase,
  { amount, limitMs }: Omit<ApartOptions, 'id' | 'file'>,
): Promise<Proof> {
  const startedAt = performance.now();
  const told: ApartOptions = { id: one.id, file, amount, limitMs };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'prove-one.ts'), JSON.stringify(told)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let proof: Proof | null = null;
  child.on('message', (message) => (proof = message as Proof));
  const timer = setTimeout(() => child.kill('SIGKILL'), (1 + one.controls.length) * limitMs + END_MS);
  const why = await Promise.race([
    once(child, 'close').then(([code, signal]) => `its process ended with ${String(code ?? signal)}`),
    once(child, 'error').then(([error]) => String(error)),
  ]);
  clearTimeout(timer);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return proof ?? lost(one, `ERROR ${why}`, seconds);
}

function lost({ id, promise, target, whyNoControl }: ProveCase, reached: string, seconds: number): Proof {
  const nothing = { holds: false, controls: [], whyNoControl: whyNoControl ?? null, processorSeconds: null };
  return { id, promise, target, reached, seconds, ...nothing };
}
