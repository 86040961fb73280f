import { z } from 'zod';
import { backupId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';

export const backup = z
  .object({
    id: backupId,
    createdAt: timestampMs,
    sizeBytes: z.int(),
    appVersion: z.string(),
    keyCount: z.int(),
    auditCount: z.int(),
    /** Hex SHA-256 of the copy. */
    sha256: z.string(),
    /** Re-opened and every figure of its manifest matched. */
    isVerified: z.boolean(),
  })
  .readonly();
export type Backup = z.infer<typeof backup>;

export const backupProcedures = {
  'backups.create': command('admin', z.strictObject({}), backup),
  'backups.list': query(
    'admin',
    z.strictObject({}),
    z.object({ items: z.array(backup).readonly(), folder: z.string() }),
  ),
  /** Puts keys, policy, settings and audit trail back; the present store is moved aside, never deleted. The request log stays.
   *  What was revoked, suspended or ended since the backup stays so, and rotations stay done.
   *  What a restore would change is answered with dryRun and nothing is done. */
  'backups.restore': command(
    'owner',
    z.strictObject({ backupId, dryRun: z.boolean().default(false) }),
    z.object({
      restored: z.boolean(),
      /** Figures now and in the backup. */
      now: z.object({ keyCount: z.int(), auditCount: z.int() }),
      inBackup: z.object({ keyCount: z.int(), auditCount: z.int() }),
      /** Revocations, suspensions and ends of secrets and tokens since the backup that stay. */
      revocationsKept: z.int(),
      /** Where the former store is kept. */
      movedAside: z.string().nullable(),
    }),
    ['BACKUP_NOT_FOUND', 'BACKUP_DAMAGED'],
  ),
} as const;
