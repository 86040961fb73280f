import { existsSync, statfsSync } from 'node:fs';
import type { SystemStatus } from '#contract/system.ts';
import type { DataDirectory } from '#main/platform/data-directory.ts';

type Warnings = SystemStatus['warnings'];

const MIB = 1024 * 1024;
const LOW_BYTES = 500 * MIB;
const VERY_LOW_BYTES = 100 * MIB;
const LOW_SHARE = 0.05;

interface DiskState {
  /** The disk failed, and reopening the store did not help or was not tried yet. */
  readonly diskFailed: boolean;
  /** The disk can only be read. */
  readonly isReadOnly: boolean;
  /** Keys that are refused until the program ends, because the disk could not keep it. */
  readonly withheldCount: number;
}

/** What an operator should know about the disk and the audit trail, worst first. */
export function storageWarnings(
  parts: DiskState & {
    readonly directory: DataDirectory;
    readonly audit: { readonly broken: string | null; readonly isBehind: boolean };
    /** What reading the whole key store found; null = nothing. */
    readonly damage: string | null;
  },
): Warnings {
  const { directory, audit, damage } = parts;
  return [
    ...(damage === null
      ? []
      : [
          warning(
            'STORE_DAMAGED',
            `keys.db is damaged: some keys may be missing and are refused then. ${damage} Restore a backup.`,
          ),
        ]),
    ...diskState(parts),
    ...(audit.broken === null
      ? []
      : [
          warning(
            'AUDIT_TRAIL_BROKEN',
            `${audit.broken} Somebody may have changed or removed events: verify the audit trail and compare it with a backup.`,
          ),
        ]),
    ...diskSpace(directory.path),
    ...(existsSync(directory.ballast)
      ? []
      : [
          warning(
            'NO_RESERVE',
            'There is no room for the reserve that lets keys be revoked on a full disk. Free some space.',
          ),
        ]),
    ...(audit.isBehind
      ? [
          warning(
            'AUDIT_HEAD_BEHIND',
            'audit-head.json could not be written. It is tried again; check the data directory.',
          ),
        ]
      : []),
  ];
}

function diskState({ diskFailed, isReadOnly, withheldCount }: DiskState): Warnings {
  const found: Warnings[number][] = [];
  if (diskFailed)
    found.push(
      warning(
        'DISK_ERROR',
        'The disk failed while saving. Check it, look whether the last change is there, and restart.',
      ),
    );
  if (isReadOnly)
    found.push(
      warning(
        'DISK_READ_ONLY',
        'The data directory can only be read. Keys are verified; nothing can be changed until it is writable again.',
      ),
    );
  if (withheldCount > 0)
    found.push(
      warning(
        'KEYS_WITHHELD',
        `Keys that were revoked or suspended while the disk kept nothing: ${String(withheldCount)}. They are refused only until Latchkey ends. Revoke or suspend them again.`,
      ),
    );
  return found;
}

function diskSpace(path: string): Warnings {
  const disk = statfsSync(path);
  const free = disk.bavail * disk.bsize;
  const left = `${String(Math.floor(free / MIB))} MiB are left on the disk of the data directory.`;
  if (free < VERY_LOW_BYTES) return [warning('DISK_NEARLY_FULL', `${left} Free some space now.`)];
  const isLow = free < LOW_BYTES || free < LOW_SHARE * disk.blocks * disk.bsize;
  return isLow ? [warning('DISK_SPACE_LOW', `${left} Free some space soon.`)] : [];
}

function warning(code: string, message: string): Warnings[number] {
  return { code, message };
}
