import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from '#main/platform/error-code.ts';
import type { Workbench } from './case.ts';

const ROOT = '/sys/fs/cgroup/memory';
const STEP_BYTES = 1024 * 1024;
const UNLIMITED = '-1';

/** A group of processes whose memory can be bounded, so that the system kills what wants more. */
export interface MemoryLimit {
  /** Command before `node`: it puts itself into the group. */
  readonly under: readonly string[];
  /** Takes away all memory that the group does not hold fast just now. Its processes are killed at their next larger wish. */
  readonly tighten: () => Promise<void>;
  readonly loosen: () => void;
}

/** Makes the group; it is removed at the end. Throws without the right to, or without memory groups of the first version. */
export function memoryLimit(work: Workbench): MemoryLimit {
  const group = join(ROOT, `latchkey-prove-${String(process.pid)}-${String(Date.now())}`);
  mkdirSync(group);
  work.onEnd(async () => {
    // What was killed leaves the group a moment later.
    await setTimeout(200);
    rmdirSync(group);
  });
  const file = (name: string): string => join(group, name);
  const setLimit = (bytes: string): void => {
    writeFileSync(file('memory.limit_in_bytes'), bytes);
  };
  return {
    under: ['sh', '-c', `echo $$ > ${file('cgroup.procs')}; exec "$@"`, 'sh'],
    loosen: () => {
      setLimit(UNLIMITED);
    },
    tighten: async () => {
      for (;;) {
        const bytes = Number(readFileSync(file('memory.usage_in_bytes'), 'utf8'));
        // The processes are gone.
        if (bytes < STEP_BYTES || readFileSync(file('cgroup.procs'), 'utf8') === '') return;
        try {
          setLimit(String(bytes - STEP_BYTES));
        } catch (error) {
          // Nothing more can be taken away: the next wish is one too many.
          if (errorCode(error) !== 'EBUSY') throw error;
        }
        await setTimeout(5);
      }
    },
  };
}
