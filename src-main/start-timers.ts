import { removeEndedChildren } from './enrolment/remove-ended-children.ts';
import { errorCode } from './platform/error-code.ts';
import { buildBallast } from './platform/ballast.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import { whenCalm } from './platform/when-calm.ts';
import { IdleKeySweep } from './keys/idle-key-sweep.ts';
import { purgeDeadKeys } from './keys/purge-dead-keys.ts';
import { readSamples } from './samples/read-samples.ts';
import { createTokenExchangeQueries } from './sqlite/token-exchange-queries.ts';
import type { WiredStore } from './wire-store.ts';

/** The reserve is back soon after the disk has room again: it may fill up once more. Where all is well, a look at one file. */
const RESERVE_MS = 3_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Not at once: starting and the first requests come first; and then at a calm moment. */
const FIRST_BACKUP_MS = 20_000;

/** Starts what is done now and then: automatic backups, the ballast, a late audit head, forgetting repeated commands and
 *  ended signing keys, removing child keys that ended long ago, suspending keys that nobody uses, removing dead ones.
 *  Keeps no process alive. Returns how to stop. */
export function startTimers(
  wired: WiredStore,
  parts: {
    readonly directory: DataDirectory;
    readonly logger: Logger;
    /** Verifications so far: a backup that nobody asked for waits for a calm moment. */
    readonly verified: () => number;
  },
): () => void {
  const { logger, directory, verified } = parts;
  const backUp = (): void => {
    // Nobody waits for it: a failure is logged here and shows in the list of backups.
    const keepUp = async () => (await wired.backups()).keepUp(wired.system(), wired.settings());
    void keepUp().catch((error: unknown) => {
      logger.error('The automatic backup failed.', { error, code: errorCode(error) });
    });
  };
  let callOff: (() => void) | null = null;
  const hourly = (): void => {
    const { nowMs } = wired.system();
    wired.store.db.commandRepeats.forgetOld(nowMs);
    createTokenExchangeQueries(wired.store.db.handle).forgetEnded(nowMs);
    // One that still waits has waited longest.
    callOff ??= whenCalm(verified, () => {
      callOff = null;
      guarded(backUp)();
    });
  };
  const everyFewSeconds = (): void => {
    buildBallast(directory.ballast);
    wired.anchor.retry();
  };
  const idleKeys = new IdleKeySweep();
  const everyMinute: readonly (() => void)[] = [
    () => void removeEndedChildren(wired.system()),
    () => void purgeDeadKeys(wired.system(), wired.settings().deadKeyRetentionDays),
    () => lookForIdle(idleKeys, wired),
  ];
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
    setInterval(guarded(everyFewSeconds), RESERVE_MS),
    ...everyMinute.map((work) => setInterval(guarded(work), MINUTE_MS)),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearTimeout(timer);
    callOff?.();
  };
}

function lookForIdle(sweep: IdleKeySweep, { system, settings }: WiredStore): void {
  const context = system();
  const samplePartners = readSamples(context)?.partnerIds ?? [];
  sweep.look(context, { lifetimes: settings().keyLifetimes, samplePartners });
}
