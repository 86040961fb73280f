import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './case.ts';

/** A small disk of a case's own. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves not one free block. */
  readonly fill: () => void;
  /** Gives the room back. */
  readonly free: () => void;
  readonly setReadOnly: (isReadOnly: boolean) => void;
}

/** Mounts a tmpfs; unmounted at the end. Throws without the right to mount: a disk that is not small proves nothing. */
export function smallDisk(work: Workbench, megabytes: number, name = 'disk'): SmallDisk {
  const path = join(work.directory, name);
  mkdirSync(path);
  const run = (command: string, args: readonly string[]): void => {
    const done = spawnSync(command, args);
    if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(done.stderr)}`);
  };
  run('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m,mode=700`, 'tmpfs', path]);
  // Lazily: what still has a file open there was killed a moment ago.
  work.onEnd(() => spawnSync('umount', ['-l', path]));
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      fill(filler);
    },
    free: () => {
      rmSync(filler, { force: true });
    },
    setReadOnly: (isReadOnly) => {
      run('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, path]);
    },
  };
}

function fill(filler: string): void {
  const file = openSync(filler, 'a');
  try {
    for (let bytes = 1024 * 1024; bytes >= 512;) {
      try {
        if (writeSync(file, Buffer.alloc(bytes, 1)) < bytes) bytes /= 2;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes /= 2;
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
