import { requestId } from '#contract/ids.ts';
import type { RequestId } from '#contract/ids.ts';
import { encodeBase62Fixed, randomBase62 } from '#main/domain/base62.ts';

/** 62^8 ms from 1970 on: enough until the year 8888. */
const TIME_CHARACTERS = 8;
/** 71 random bits: ids made in the same millisecond do not meet. */
const RANDOM_CHARACTERS = 12;
const POOL_BYTES = 4_096;

/** Makes ids of requests that callers did not name: `req_`, the time, then chance. They sort by time, so that the log's index
 *  only ever grows at its end. Random bytes are fetched in stock: one system call serves some two hundred ids. */
export class RequestIds {
  readonly #randomBytes: (count: number) => Uint8Array;
  #pool: Uint8Array = new Uint8Array(0);
  #next = 0;

  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  make(nowMs: number): RequestId {
    const chance = randomBase62(RANDOM_CHARACTERS, this.#take);
    return requestId.parse(`req_${encodeBase62Fixed(nowMs, TIME_CHARACTERS)}${chance}`);
  }

  readonly #take = (count: number): Uint8Array => {
    if (this.#next + count > this.#pool.length) {
      this.#pool = this.#randomBytes(POOL_BYTES);
      this.#next = 0;
    }
    this.#next += count;
    return this.#pool.subarray(this.#next - count, this.#next);
  };
}
