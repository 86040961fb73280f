import type { KeyId } from '#contract/ids.ts';

/** Bounds the memory, some 150 bytes a nonce. */
interface NonceSizes {
  /** Signatures of one key that are good at the same time: 166 a second of the longest life, 833 a second of a minute's. */
  readonly perKey: number;
  readonly total: number;
}
const SIZES: NonceSizes = { perKey: 50_000, total: 250_000 };

/** What a nonce is: `fresh`, `seen` before, or not to be remembered because there are too many (`full`). */
export type NonceOutcome = 'fresh' | 'seen' | 'full';

/** Nonces of signatures that are still good, so that each works once. A nonce is remembered until its signature ends, exactly, and
 *  never forgotten for want of room: without room a signature is refused. Signatures with other ends are others, since the end is
 *  signed too: that is why a look-up meets one second's nonces only. */
export class NonceMemory {
  readonly #sizes: NonceSizes;
  /** By the second in which they end. */
  readonly #byEnd = new Map<number, Map<string, KeyId>>();
  readonly #counts = new Map<KeyId, number>();
  #total = 0;

  constructor(sizes = SIZES) {
    this.#sizes = sizes;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#total;
  }

  /** Is the nonce of this key new? `endsAtMs` is when its signature ends. Changes nothing. */
  look(keyId: KeyId, nonce: string, endsAtMs: number): NonceOutcome {
    if (this.#byEnd.get(secondOf(endsAtMs))?.has(nameOf(keyId, nonce)) === true) return 'seen';
    const isFull = this.#total >= this.#sizes.total || this.countOf(keyId) >= this.#sizes.perKey;
    return isFull ? 'full' : 'fresh';
  }

  /** The same, and remembers a fresh one. */
  use(keyId: KeyId, nonce: string, { endsAtMs, nowMs }: { endsAtMs: number; nowMs: number }): NonceOutcome {
    if (this.#total >= this.#sizes.total || this.countOf(keyId) >= this.#sizes.perKey) this.forgetOld(nowMs);
    const outcome = this.look(keyId, nonce, endsAtMs);
    if (outcome !== 'fresh') return outcome;
    const second = secondOf(endsAtMs);
    const ofSecond = this.#byEnd.get(second);
    if (ofSecond === undefined) this.#byEnd.set(second, new Map([[nameOf(keyId, nonce), keyId]]));
    else ofSecond.set(nameOf(keyId, nonce), keyId);
    this.#counts.set(keyId, this.countOf(keyId) + 1);
    this.#total += 1;
    return 'fresh';
  }

  /** Lets go of those whose signature has ended. */
  forgetOld(nowMs: number): void {
    for (const [second, nonces] of this.#byEnd) {
      if (second * 1_000 > nowMs) continue;
      this.#byEnd.delete(second);
      this.#total -= nonces.size;
      for (const keyId of nonces.values()) this.#forgetOne(keyId);
    }
  }

  /** How many of this key are remembered. */
  countOf(keyId: KeyId): number {
    return this.#counts.get(keyId) ?? 0;
  }

  #forgetOne(keyId: KeyId): void {
    const left = this.countOf(keyId) - 1;
    if (left > 0) this.#counts.set(keyId, left);
    else this.#counts.delete(keyId);
  }
}

/** Ends are whole seconds on the wire; a part of one counts as the whole. */
function secondOf(endsAtMs: number): number {
  return Math.ceil(endsAtMs / 1_000);
}

function nameOf(keyId: KeyId, nonce: string): string {
  return `${keyId} ${nonce}`;
}
