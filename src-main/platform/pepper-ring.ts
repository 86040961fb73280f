/** One pepper. Peppers only ever come after each other: a higher version is a later one. */
export interface Pepper {
  /** Stored beside each hash that was made with it. */
  readonly version: number;
  /** HMAC-SHA-256 under it as a text of 32 characters, U+0000 to U+00FF. */
  readonly hashText: (text: string) => string;
}

/** The peppers under which secrets and tokens are kept: what is new is hashed with the current one; what was kept under a retired one is
 *  found by it until it is hashed anew. */
export class PepperRing {
  #current: Pepper;
  #retired: readonly Pepper[] = [];

  constructor(current: Pepper) {
    this.#current = current;
  }

  get current(): Pepper {
    return this.#current;
  }

  /** Accepted beside the current one, the latest first. */
  get retired(): readonly Pepper[] {
    return this.#retired;
  }

  /** From now on these are accepted, of which the latest is the current one. */
  set(current: Pepper, others: readonly Pepper[]): void {
    this.#current = current;
    this.#retired = others.toSorted((one, other) => other.version - one.version);
  }

  /** What is stored of a new secret. */
  stored(text: string): { readonly hash: Buffer; readonly pepperVersion: number } {
    const { hashText, version } = this.#current;
    return { hash: bytes(hashText(text)), pepperVersion: version };
  }

  /** What is kept of a text under any accepted pepper; null when nothing is. One hash where the current one finds it.
   *  `onRetired` hears that it was found under another one, and by which hash. */
  find<Found>(
    text: string,
    look: (hash: Buffer, hashText: string) => Found | null,
    onRetired?: (former: Buffer) => void,
  ): Found | null {
    for (const pepper of [this.#current, ...this.#retired]) {
      const hashText = pepper.hashText(text);
      const hash = bytes(hashText);
      const found = look(hash, hashText);
      if (found === null) continue;
      if (pepper !== this.#current) onRetired?.(hash);
      return found;
    }
    return null;
  }
}

function bytes(hashText: string): Buffer {
  return Buffer.from(hashText, 'latin1');
}
