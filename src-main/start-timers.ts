import { removeEndedChildren } from './enrolment/remove-ended-children.ts';
import { errorCode } from './platform/error-code.ts';
import { buildBallast } from './platform/ballast.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Not at once: starting and the first requests come first. */
const FIRST_BACKUP_MS = 30_000;

/** Starts what is done now and then: automatic backups, the ballast, a late audit head, forgetting repeated commands, removing child keys that
 *  ended long ago.
 *  Keeps no process alive. Returns how to stop. */
export function startTimers(
  wired: WiredStore,
  parts: { readonly directory: DataDirectory; readonly logger: Logger },
): () => void {
  const { logger, directory } = parts;
  const hourly = (): void => {
    wired.store.db.commandRepeats.forgetOld(wired.system().nowMs);
    // Nobody waits for it: a failure is logged here and shows in the list of backups.
    const keepUp = async () => (await wired.backups()).keepUp(wired.system(), wired.settings());
    void keepUp().catch((error: unknown) => {
      logger.error('The automatic backup failed.', { error, code: errorCode(error) });
    });
  };
  const everyMinute = (): void => {
    buildBallast(directory.ballast);
    wired.anchor.retry();
    removeEndedChildren(wired.system());
  };
  const guarded = (work: () => void) => () => {
    try {
      work();
    } catch (error) {
      logger.error('Work that is done now and then failed.', { error, code: errorCode(error) });
    }
  };
  const timers = [
    setTimeout(guarded(hourly), FIRST_BACKUP_MS),
    setInterval(guarded(hourly), HOUR_MS),
    setInterval(guarded(everyMinute), MINUTE_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
