import type { AnswerSink } from '#main/http/answer-sink.ts';

/** Answers requests that have one head; `body` may be kept. */
export type FastHandler = (body: Buffer, answer: AnswerSink) => void;

const LENGTH = /\r\ncontent-length: ?/i;
/** Of a length that readExactHead takes. */
const LENGTH_DIGITS_MAX = 5;
const ZERO = 0x30;

/** A head that was taken, as a pattern for the requests behind it: callers repeat their heads, all but the length of the body. What
 *  fits is a head that would be taken too, and answered by the same handler. */
export class TakenHead {
  /** All up to the digits of the length; of a head without a body the whole. */
  readonly #before: string;
  /** All behind them. */
  readonly #after: string;
  readonly #bodyBytesMax: number;
  readonly handle: FastHandler;

  /** `text` is a head that readExactHead takes, with a body of `bodyBytes`. */
  constructor(text: string, bodyBytes: number, handle: FastHandler) {
    const [lengthName = ''] = LENGTH.exec(text) ?? [];
    const lengthAt = bodyBytes === 0 ? text.length : text.indexOf(lengthName) + lengthName.length;
    this.#before = text.slice(0, lengthAt);
    this.#after = bodyBytes === 0 ? '' : text.slice(lengthAt + String(bodyBytes).length);
    this.#bodyBytesMax = bodyBytes;
    this.handle = handle;
  }

  /** Where the body begins in a chunk that is exactly one request with this head and a body no longer than its own; null for
   *  any other chunk. */
  bodyStart(chunk: Buffer): number | null {
    const lengthAt = this.#before.length;
    const text = chunk.toString('latin1', 0, lengthAt + LENGTH_DIGITS_MAX + this.#after.length);
    if (!text.startsWith(this.#before)) return null;
    let at = lengthAt;
    let bodyBytes = 0;
    if (this.#bodyBytesMax > 0) {
      for (; at < lengthAt + LENGTH_DIGITS_MAX; at += 1) {
        const digit = text.charCodeAt(at) - ZERO;
        if (!(digit >= 0 && digit <= 9)) break;
        bodyBytes = bodyBytes * 10 + digit;
        // A zero in front.
        if (bodyBytes === 0) return null;
      }
      if (bodyBytes === 0 || bodyBytes > this.#bodyBytesMax || !text.startsWith(this.#after, at)) return null;
    }
    const start = at + this.#after.length;
    return chunk.length === start + bodyBytes ? start : null;
  }
}
