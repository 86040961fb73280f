import { isRequestId } from '#contract/ids.ts';
import type { RequestId } from '#contract/ids.ts';
import { encodeBase62Fixed, fillBase62 } from '#main/domain/base62.ts';

/** 62^8 ms from 1970 on: enough until the year 8888. */
const TIME_CHARACTERS = 8;
/** 71 random bits: ids made in the same millisecond do not meet. */
const RANDOM_CHARACTERS = 12;
/** Chance for so many ids is fetched at once: a system call for each would cost as much as all the rest. */
const STOCK_IDS = 256;

/** Makes ids of requests that callers did not name: `req_`, the time, then chance. They sort by time, so that the log's index
 *  only ever grows at its end. */
export class RequestIds {
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #stock = new Uint8Array(STOCK_IDS * RANDOM_CHARACTERS);
  #next = this.#stock.length;
  #prefix = '';
  #prefixMs = -1;

  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  make(nowMs: number): RequestId {
    if (nowMs !== this.#prefixMs) {
      this.#prefix = `req_${encodeBase62Fixed(nowMs, TIME_CHARACTERS)}`;
      this.#prefixMs = nowMs;
    }
    if (this.#next >= this.#stock.length) {
      fillBase62(this.#stock, this.#randomBytes);
      this.#next = 0;
    }
    const id = this.#prefix + randomPart(this.#stock, this.#next);
    this.#next += RANDOM_CHARACTERS;
    if (!isRequestId(id)) throw new Error('Broken invariant: a request id of our own is none.');
    return id;
  }
}

/** RANDOM_CHARACTERS of them, in one call and without a list. */
function randomPart(codes: Uint8Array, at: number): string {
  return String.fromCharCode(
    codes[at] ?? 0,
    codes[at + 1] ?? 0,
    codes[at + 2] ?? 0,
    codes[at + 3] ?? 0,
    codes[at + 4] ?? 0,
    codes[at + 5] ?? 0,
    codes[at + 6] ?? 0,
    codes[at + 7] ?? 0,
    codes[at + 8] ?? 0,
    codes[at + 9] ?? 0,
    codes[at + 10] ?? 0,
    codes[at + 11] ?? 0,
  );
}
