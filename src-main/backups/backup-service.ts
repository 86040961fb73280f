import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { listBackups, removeBackup } from './backup-files.ts';
import { createBackup } from './create-backup.ts';
import { restoreBackup, type RestoreParts } from './restore-backup.ts';

const HOUR_MS = 3_600_000;

/** Makes, lists and restores backups, one at a time. */
export class BackupService {
  readonly #parts: RestoreParts;
  #isBusy = false;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
  }

  /** Throws UNAVAILABLE while another backup or restore is going on. */
  async create(context: UseCaseContext): Promise<Output<'backups.create'>> {
    return this.#alone(() => createBackup(context, this.#parts));
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
