import { isRequestId } from '#contract/ids.ts';
import type { RequestId } from '#contract/ids.ts';
import { encodeBase62Fixed, randomBase62 } from '#main/domain/base62.ts';

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
  #stock = '';
  #next = 0;
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
      this.#stock = randomBase62(STOCK_IDS * RANDOM_CHARACTERS, this.#randomBytes);
      this.#next = 0;
    }
    const id = this.#prefix + this.#stock.slice(this.#next, this.#next + RANDOM_CHARACTERS);
    this.#next += RANDOM_CHARACTERS;
    if (!isRequestId(id)) throw new Error('Broken invariant: a request id of our own is none.');
    return id;
  }
}
