import { setTimeout as wait } from 'node:timers/promises';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { listBackups, removeBackup } from './backup-files.ts';
import { createBackup } from './create-backup.ts';
import { restoreBackup, type RestoreParts } from './restore-backup.ts';

const HOUR_MS = 3_600_000;

/** From the beginning of one backup to that of the next. A copy and the flushes of its event take the deciding thread some ms, and a
 *  script that asks for one after the other would have it wait for them all the time. */
const PACE_MS = 1_000;

/** What backups of one after the other are timed with. */
export interface BackupPace {
  readonly monotonicMs: () => number;
  readonly paceMs?: number | undefined;
}

/** Makes, lists and restores backups, one at a time. */
export class BackupService {
  readonly #parts: RestoreParts;
  readonly #pace: BackupPace;
  #isBusy = false;
  #nextAtMs = 0;

  constructor(parts: RestoreParts, pace: BackupPace) {
    this.#parts = parts;
    this.#pace = pace;
  }

  /** Begins at the earliest PACE_MS after the one before began. Throws UNAVAILABLE while another backup or restore is going on, or waits. */
  async create(context: UseCaseContext): Promise<Output<'backups.create'>> {
    return this.#alone(async () => {
      await this.#untilNext();
      return createBackup(context, this.#parts);
    });
  }

  list(): Output<'backups.list'> {
    const folder = this.#parts.directory.backups;
    return { items: listBackups(folder), folder };
  }

  /** As restoreBackup; UNAVAILABLE while another backup or restore is going on. */
  async restore(
    context: UseCaseContext,
    input: HandlerInput<'backups.restore'>,
  ): Promise<Output<'backups.restore'>> {
    return this.#alone(() => restoreBackup(context, input, this.#parts));
  }

  /** Makes a backup when the newest one is older than the settings want, and removes those beyond the count to keep.
   *  Call about once an hour. True when one was made. */
  async keepUp(
    context: UseCaseContext,
    settings: Pick<Settings, 'backupEveryHours' | 'backupKeepCount'>,
  ): Promise<boolean> {
    if (settings.backupEveryHours === 0 || this.#isBusy) return false;
    const newestAt = this.list().items[0]?.createdAt;
    // A clock that was once ahead must not stop backups until time has caught up.
    const isRecent =
      newestAt !== undefined && Math.abs(context.nowMs - newestAt) < settings.backupEveryHours * HOUR_MS;
    if (isRecent) return false;
    await this.create(context);
    for (const old of this.list().items.slice(settings.backupKeepCount)) {
      removeBackup(this.#parts.directory.backups, old.id);
    }
    return true;
  }

  async #untilNext(): Promise<void> {
    const { monotonicMs, paceMs = PACE_MS } = this.#pace;
    const leftMs = this.#nextAtMs - monotonicMs();
    if (leftMs > 0) await wait(leftMs);
    this.#nextAtMs = monotonicMs() + paceMs;
  }

  async #alone<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#isBusy)
      throw new AppError('UNAVAILABLE', 'A backup or restore is running. Try again when it is done.');
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }
}
