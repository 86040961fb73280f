import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rawRequests, type Load } from './load.ts';
import { canPin, LOAD_CORE, waitForQuiet } from './machine.ts';
import type { OpenLoopPlan, OpenLoopResult } from './open-loop-client.ts';

const CONNECTIONS = 64;
const CLIENT = resolve(import.meta.dirname, 'open-loop-client.ts');

/** Load at a fixed mean rate from a process of its own. Throws when an answer was wrong or did not come. */
export async function runOpenLoop(
  load: Load,
  options: { readonly perSecond: number; readonly seconds: number },
): Promise<OpenLoopResult> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-load-'));
  try {
    const url = new URL(load.url);
    const plan: OpenLoopPlan = {
      host: url.hostname,
      port: Number(url.port),
      requests: rawRequests(load),
      mustContain: load.mustContain,
      connections: CONNECTIONS,
      ...options,
    };
    const file = join(directory, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    await waitForQuiet();
    const pinned = canPin ? ['taskset', '-c', LOAD_CORE] : [];
    const [program = process.execPath, ...args] = [...pinned, process.execPath, CLIENT, file];
    const { stdout } = await promisify(execFile)(program, args);
    const result = JSON.parse(stdout) as OpenLoopResult;
    if (result.bad > 0)
      throw new Error(`${String(result.bad)} answers of ${load.url} were wrong or missing.`);
    return result;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
