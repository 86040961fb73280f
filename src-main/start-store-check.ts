import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDirectory } from './platform/data-directory.ts';
import { errorCode } from './platform/error-code.ts';
import type { Logger } from './platform/logger.ts';
import { whenCalm } from './platform/when-calm.ts';
import type { InspectAside } from './requests/inspect-aside.ts';
import { copyOpenStore } from './sqlite/copy-store.ts';
import type { WiredStore } from './wire-store.ts';

/** Within a minute of the start unless there is much to do, and behind all that makes the program ready. */
const CHECK_AFTER_MS = 20_000;

/** The rest of the check of a store that was too large to be read whole before the start. */
export interface StoreCheck {
  /** What is wrong with the store, for people; null when nothing is, or nothing is known yet. */
  readonly damage: () => string | null;
  readonly close: () => void;
}

/** Reads a large store whole, soon after the start and beside the work: a copy of it, on a thread of its own. What it finds is logged
 *  and stands in the status; verification goes on, because such a fault can hide a key and never let one through. The
 *  store stays as it is. Does nothing where the start has read all. */
export function startStoreCheck(
  wired: WiredStore,
  parts: {
    readonly directory: DataDirectory;
    readonly logger: Logger;
    readonly inspectAside: InspectAside;
    /** Verifications so far: the check waits for a calm moment. */
    readonly verified: () => number;
  },
): StoreCheck {
  const { directory, logger, inspectAside, verified } = parts;
  const found: { damage: string | null; isClosed: boolean } = { damage: null, isClosed: false };
  const folder = `${directory.inspection}-of-all`;
  const check = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    try {
      const copy = join(folder, 'copy.db');
      await copyOpenStore(wired.store.db.handle, copy);
      if (found.isClosed) return;
      const { finding } = await inspectAside(copy, join(folder, 'inspection'));
      if (finding.kind === 'sound') return;
      found.damage =
        finding.kind === 'damaged' ? finding.detail : 'The copy that was made of it is not a key store.';
      logger.error(`keys.db is damaged: restore a backup, until then keys may be missing. ${found.damage}`);
      wired.announcements.announce({ kind: 'changed', subjects: ['status'] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const checkAside = (): void => {
    void check().catch((error: unknown) => {
      // For example no room for the copy: the next backup reads all of it too.
      if (!found.isClosed) logger.warn('keys.db could not be read whole.', { code: errorCode(error) });
    });
  };
  let callOff = (): void => undefined;
  const timer = setTimeout(() => {
    callOff = whenCalm(verified, checkAside);
  }, CHECK_AFTER_MS);
  timer.unref();
  if (wired.isWhollyRead) clearTimeout(timer);
  return {
    damage: () => found.damage,
    close: () => {
      found.isClosed = true;
      clearTimeout(timer);
      callOff();
    },
  };
}
