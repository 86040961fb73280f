import type { KeyId } from '#contract/ids.ts';
import type { TokenTable } from '#main/sqlite/pepper-queries.ts';

/** A secret that is to be kept under another pepper: the keyed hash of the same text. */
export interface Rehash {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
}

/** The same of a token. */
export interface TokenRehash {
  readonly table: TokenTable;
  /** The hash under which it is kept so far. */
  readonly former: Buffer;
  readonly hash: Buffer;
  readonly pepperVersion: number;
}

/** Long enough for the answer to be on its way, and for the next ones to share the write. */
const DELAY_MS = 100;
/** Beyond it the next use of the key brings it again. */
const WAITING_MAX = 1_000;

/** Stores hashes of secrets under the current pepper after a use, off the path of the answer and several in one transaction. What
 *  is not stored, because the store refused or the process ended, is due again at the next use. */
export class RehashQueue {
  readonly #store: (secrets: readonly Rehash[], tokens: readonly TokenRehash[]) => void;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<string, Rehash>();
  readonly #tokens = new Map<string, TokenRehash>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: {
    readonly store: (secrets: readonly Rehash[], tokens: readonly TokenRehash[]) => void;
    readonly onError: (error: unknown) => void;
  }) {
    this.#store = parts.store;
    this.#onError = parts.onError;
  }

  readonly add = (rehash: Rehash): void => {
    if (this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.set(`${rehash.keyId} ${String(rehash.version)}`, rehash);
    this.#start();
  };

  readonly addToken = (rehash: TokenRehash): void => {
    if (this.#tokens.size >= WAITING_MAX) return;
    this.#tokens.set(rehash.former.toString('hex'), rehash);
    this.#start();
  };

  #start(): void {
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, DELAY_MS).unref();
  }

  /** Stores now what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const [secrets, tokens] = [[...this.#waiting.values()], [...this.#tokens.values()]];
    this.#waiting.clear();
    this.#tokens.clear();
    if (secrets.length + tokens.length === 0) return;
    try {
      this.#store(secrets, tokens);
    } catch (error) {
      this.#onError(error);
    }
  }
}
