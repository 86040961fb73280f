import { existsSync } from 'node:fs';
import type { TimestampMs } from '#contract/ids.ts';
import { AuditAnchor } from './audit/audit-anchor.ts';
import type { RestoreMarker } from './backups/restore-steps.ts';
import { openStore } from './open-store.ts';
import { buildBallast } from './platform/ballast.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Keyring } from './platform/keyring.ts';
import type { Logger } from './platform/logger.ts';
import type { SecretStore } from './platform/secret-store.ts';
import { KeysStore } from './sqlite/keys-store.ts';
import { loadPeppers } from './tokens/load-peppers.ts';

/** The key store, open and checked. */
export interface StartedStore {
  readonly store: KeysStore;
  readonly keyring: Keyring;
  readonly instanceId: string;
  readonly anchor: AuditAnchor;
  /** A restore that was interrupted and of which only the audit event is left to write. */
  readonly restored: RestoreMarker | null;
  /** See OpenedStore. */
  readonly isWhollyRead: boolean;
}

/** Ends an interrupted restore, opens the store of a locked directory with its peppers, compares the audit head and makes the ballast.
 *  Throws StartError(4). */
export async function startStore(options: {
  readonly directory: DataDirectory;
  readonly secretStore: SecretStore;
  readonly nowMs: TimestampMs;
  readonly logger: Logger;
}): Promise<StartedStore> {
  const { directory, logger } = options;
  const restored = await endInterruptedRestore(directory, logger);
  const { db, keyring, instanceId, isWhollyRead } = await openStore(options);
  try {
    loadPeppers({ db, keyring, path: directory.peppers });
  } catch (error) {
    db.close();
    throw error;
  }
  const store = new KeysStore(directory.keysDatabase, db);
  const anchor = new AuditAnchor({ path: directory.auditHead, keyring, logger });
  // The former head was moved aside with its store.
  if (restored !== null && !existsSync(directory.auditHead)) anchor.replace(restored.head);
  else anchor.start(db.audit);
  buildBallast(directory.ballast);
  return { store, keyring, instanceId, anchor, restored, isWhollyRead };
}

async function endInterruptedRestore(
  directory: DataDirectory,
  logger: Logger,
): Promise<RestoreMarker | null> {
  if (!existsSync(directory.restoreMarker) && !existsSync(directory.restoreReady)) return null;
  const { interruptedRestore, resumeSwap } = await import('./backups/restore-steps.ts');
  const interrupted = interruptedRestore(directory);
  if (interrupted === null) return null;
  const restored = resumeSwap(directory, interrupted);
  if (restored !== null) logger.warn('A restore was interrupted; it is finished now.');
  else logger.warn('A restore was interrupted and could not be finished: it was cancelled.');
  return restored;
}
