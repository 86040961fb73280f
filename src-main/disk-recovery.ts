import type { Logger } from './platform/logger.ts';
import type { KeysStore } from './sqlite/keys-store.ts';

/** What happens after the disk failed to write or sync: nobody knows what was kept, and asking the disk to sync again would
 *  get a false yes. One attempt to open the store anew and read it whole; when that fails too, commands stay unreliable and the
 *  status says so. */
export class DiskRecovery {
  readonly #store: KeysStore;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #hasFailed = false;

  constructor(store: KeysStore, logger: Logger, onChange: () => void) {
    this.#store = store;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** Did the disk fail, and did opening the store anew not help? */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Call when a command met an input/output error. The attempt is made when that command has been answered. */
  noticed(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onChange();
    setImmediate(() => {
      this.#reopen();
    });
  }

  #reopen(): void {
    try {
      this.#store.exchange(() => undefined);
      this.#store.check();
      this.#hasFailed = false;
      this.#logger.warn('The disk failed once; the store was opened anew and is whole.');
    } catch (error) {
      this.#logger.error('The disk failed, and the store could not be opened anew.', { error });
    }
    this.#onChange();
  }
}
