import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from '#main/platform/error-code.ts';
import type { Workbench } from './case.ts';

const ROOT = '/sys/fs/cgroup/memory';
const STEP_BYTES = 1024 * 1024;
const UNLIMITED = '-1';
/** So long its processes may live on what can still be taken from them: caches above all, by which one lived for 7 s. */
const SQUEEZE_MS = 300;
/** What was killed leaves the group a moment later, on a busy machine seconds. */
const LEAVE_TRIES = 100;
const LEAVE_MS = 100;

/** A group of processes whose memory can be bounded, so that the system kills what wants more. */
export interface MemoryLimit {
  /** Command before `node`: it puts itself into the group. */
  readonly under: readonly string[];
  /** Takes away all memory that the group does not hold fast just now: its processes are killed at their next larger wish. What
   *  wishes for nothing is killed for the wish of another that comes into the group. */
  readonly tighten: () => Promise<void>;
  readonly loosen: () => void;
}

/** Makes the group; it is removed at the end. Throws without the right to, or without memory groups of the first version. */
export function memoryLimit(work: Workbench): MemoryLimit {
  const group = join(ROOT, `latchkey-prove-${String(process.pid)}-${String(Date.now())}`);
  mkdirSync(group);
  work.onEnd(() => removeGroup(group));
  const setLimit = (bytes: string): void => {
    writeFileSync(join(group, 'memory.limit_in_bytes'), bytes);
  };
  return {
    under: ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'],
    loosen: () => {
      setLimit(UNLIMITED);
    },
    tighten: async () => {
      const endsAt = performance.now() + SQUEEZE_MS;
      while (performance.now() < endsAt) {
        const bytes = usedBytes(group);
        // The processes are gone.
        if (bytes < STEP_BYTES || readFileSync(join(group, 'cgroup.procs'), 'utf8') === '') return;
        try {
          setLimit(String(bytes - STEP_BYTES));
        } catch (error) {
          // Nothing more can be taken away: the next wish is one too many.
          if (errorCode(error) !== 'EBUSY') throw error;
        }
        await setTimeout(5);
      }
      await wishForMore(group);
    },
  };
}

function usedBytes(group: string): number {
  return Number(readFileSync(join(group, 'memory.usage_in_bytes'), 'utf8'));
}

/** As much again is wanted by one that may not be killed; it fits as soon as the others are gone. */
async function wishForMore(group: string): Promise<void> {
  const script = `echo -1000 > /proc/self/oom_score_adj; echo $$ > ${group}/cgroup.procs; exec dd if=/dev/zero of=/dev/null count=1 bs=${String(usedBytes(group))}`;
  await once(spawn('sh', ['-c', script], { stdio: 'ignore' }), 'close');
}

async function removeGroup(group: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      rmdirSync(group);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EBUSY' || tries === LEAVE_TRIES) throw error;
      await setTimeout(LEAVE_MS);
    }
  }
}
