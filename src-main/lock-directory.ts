import type { TimestampMs } from '#contract/ids.ts';
import { APP_VERSION } from './platform/app-version.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import { readOwner, removeOwner, writeOwner } from './platform/owner-file.ts';
import { StartError } from './platform/start-error.ts';
import { type InstanceLock, takeInstanceLock } from './sqlite/instance-lock.ts';

/** Holds the data directory for this process until `release`. Throws StartError(3) when another process has it. */
export function lockDirectory(directory: DataDirectory, nowMs: TimestampMs): InstanceLock {
  const lock = takeInstanceLock(directory.lock);
  if (lock === null) {
    const owner = readOwner(directory.owner);
    const who =
      owner === null ? 'another process' : `process ${String(owner.pid)} (Latchkey ${owner.version})`;
    throw new StartError(
      3,
      `${directory.path} is in use by ${who}. Stop it first, or choose another directory with --data.`,
    );
  }
  writeOwner(directory.owner, { pid: process.pid, startedAt: nowMs, version: APP_VERSION });
  return {
    release: () => {
      removeOwner(directory.owner);
      lock.release();
    },
  };
}
