import { checkTrail } from './audit/check-trail.ts';
import { errorCode } from './platform/error-code.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

/** Not at once: opening the doors comes first. */
const FIRST_CHECK_MS = 100;

/** Checks the whole audit trail once, soon after start and again after each restore, beside the work. What it finds shows
 *  in system.status. Keeps no process alive. Returns how to stop. */
export function startTrailCheck(wired: WiredStore, logger: Logger): () => void {
  let isStopped = false;
  let checkedTrail = -1;
  const check = async (): Promise<void> => {
    checkedTrail = wired.anchor.trailNumber;
    const isBroken = await checkTrail({
      anchor: wired.anchor,
      keyring: wired.keyring,
      audit: () => wired.store.db.audit,
      isStopped: () => isStopped,
    });
    if (isBroken) wired.announcements.announce({ kind: 'changed', subjects: ['status', 'audit'] });
  };
  const checkAside = (): void => {
    // Nobody waits for it: a store that cannot be read shows elsewhere too, and audit.verify tells the same.
    void check().catch((error: unknown) => {
      logger.error('The audit trail could not be checked.', { error, code: errorCode(error) });
    });
  };
  const timer = setTimeout(checkAside, FIRST_CHECK_MS);
  timer.unref();
  const unsubscribe = wired.announcements.subscribe(() => {
    if (checkedTrail !== -1 && checkedTrail !== wired.anchor.trailNumber) checkAside();
  });
  return () => {
    isStopped = true;
    unsubscribe();
    clearTimeout(timer);
  };
}
