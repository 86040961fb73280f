import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './case.ts';

/** Compiles a library of native/ for LD_PRELOAD; its path. Throws without a C compiler: a shim that is not there would leave every
 *  run green. */
export function compileShim(work: Workbench, name: 'record-writes' | 'fail-disk' | 'shift-clock'): string {
  const target = join(work.directory, `${name}.so`);
  const source = join(import.meta.dirname, 'native', `${name}.c`);
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O2', '-o', target, source, '-ldl', '-lpthread']);
  if (built.status !== 0) throw new Error(`gcc: ${String(built.error ?? built.stderr)}`);
  return target;
}

/** Which calls fail. */
export interface DiskFault {
  /** A part of the path. */
  readonly path: string;
  readonly kinds: readonly (keyof typeof KINDS)[];
  /** What the call gives; KILL = the process ends there. None: it only waits. */
  readonly error?: keyof typeof ERRORS;
  /** So many calls pass before. */
  readonly pass?: number;
  /** So many fail then; for good when left out. */
  readonly fail?: number;
  readonly waitMs?: number;
}

const KINDS = { write: 1, sync: 2, truncate: 4, read: 8, open: 16 } as const;
const ERRORS = { EIO: 5, ENOSPC: 28, EROFS: 30, EACCES: 13, KILL: 9_999 } as const;
const FOR_GOOD = 0xffff_ffff;
const CONTROL_BYTES = 128;

/** A disk that fails when it is told to. */
export interface FaultyDisk {
  /** For a program's start. */
  readonly environment: Readonly<Record<string, string>>;
  /** Faults of this kind from now on; the counts begin anew. */
  readonly plant: (fault: DiskFault) => void;
  /** No faults any more. */
  readonly heal: () => void;
  /** Calls that the present fault looked at, and those that it failed. */
  readonly counts: () => { readonly seen: number; readonly failed: number };
}

/** Prepares a faulty disk for one program. */
export function faultyDisk(work: Workbench): FaultyDisk {
  const control = join(work.directory, 'fault-control');
  const put = (content: Buffer): void => {
    // In place: the program has it mapped.
    const file = openSync(control, 'r+');
    writeSync(file, content, 0, content.length, 0);
    closeSync(file);
  };
  writeFileSync(control, Buffer.alloc(CONTROL_BYTES));
  return {
    environment: { LD_PRELOAD: compileShim(work, 'fail-disk'), FAULT_CONTROL: control },
    heal: () => {
      put(Buffer.alloc(CONTROL_BYTES));
    },
    plant: ({ path, kinds, error, pass = 0, fail = FOR_GOOD, waitMs = 0 }) => {
      // First none, so that no call sees half of it.
      put(Buffer.alloc(CONTROL_BYTES));
      const content = Buffer.alloc(CONTROL_BYTES);
      content.writeUInt32LE(error === undefined ? 0 : ERRORS[error], 0);
      content.writeUInt32LE(pass, 8);
      content.writeUInt32LE(fail, 12);
      content.writeUInt32LE(waitMs, 16);
      content.write(path, 28, 'latin1');
      put(content);
      const bits = kinds.reduce((sum, kind) => sum + KINDS[kind], 0);
      content.writeUInt32LE(bits, 4);
      put(content.subarray(0, 8));
    },
    counts: () => {
      const content = readFileSync(control);
      return { seen: content.readUInt32LE(20), failed: content.readUInt32LE(24) };
    },
  };
}
