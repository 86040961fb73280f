import type { KeyId } from '#contract/ids.ts';

/** A secret whose bare SHA-256 can now be replaced: the keyed hash of the same text. */
export interface Rehash {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
}

/** Long enough for the answer to be on its way, and for the next ones to share the write. */
const DELAY_MS = 100;
/** Beyond it the next use of the key brings it again. */
const WAITING_MAX = 1_000;

/** Stores keyed hashes of imported secrets after their first use, off the path of the answer and several in one transaction. What
 *  is not stored, because the store refused or the process ended, is due again at the next use. */
export class RehashQueue {
  readonly #store: (rehashes: readonly Rehash[]) => void;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<KeyId, Rehash>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: {
    readonly store: (rehashes: readonly Rehash[]) => void;
    readonly onError: (error: unknown) => void;
  }) {
    this.#store = parts.store;
    this.#onError = parts.onError;
  }

  readonly add = (rehash: Rehash): void => {
    if (this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.set(rehash.keyId, rehash);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, DELAY_MS).unref();
  };

  /** Stores now what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const rehashes = [...this.#waiting.values()];
    this.#waiting.clear();
    if (rehashes.length === 0) return;
    try {
      this.#store(rehashes);
    } catch (error) {
      this.#onError(error);
    }
  }
}
