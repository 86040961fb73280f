import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { enrollResponse, type EnrollRequest, type EnrollResponse } from '#contract/enrolment.ts';

/** How long an answer can be asked for again: a build that lost it tries within seconds. */
const KEPT_MS = 10 * 60_000;
const ANSWERS_MAX = 1_000;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Kept {
  /** Encrypted with a key made of the enrolment token, which is kept nowhere: only who has it can read the answer. */
  readonly sealed: Buffer;
  readonly asked: string;
  readonly atMs: number;
}

/** Answers to enrolments with a requestId, for callers that did not get them. In memory, bounded, and unreadable without the
 *  token. Times are monotonic ms. */
export class EnrolmentRepeats {
  readonly #randomBytes: (count: number) => Uint8Array;
  // In the order of time, because a Map keeps it.
  readonly #kept = new Map<string, Kept>();

  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  /** The answer to the same request with the same token; null when there is none, also for another request of that id. */
  find(token: string, tokenId: string, request: EnrollRequest, nowMs: number): EnrollResponse | null {
    this.#forget(nowMs);
    const kept = this.#kept.get(`${tokenId} ${request.requestId ?? ''}`);
    if (request.requestId === undefined || kept?.asked !== textOf(request)) return null;
    const key = keyOf(token);
    const decipher = createDecipheriv(CIPHER, key, kept.sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(kept.sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([
      decipher.update(kept.sealed.subarray(IV_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    const answer = enrollResponse.parse(JSON.parse(text.toString('utf8')));
    text.fill(0);
    return { ...answer, isRepeat: true };
  }

  /** Keeps the answer to a request with a requestId. */
  keep(
    token: string,
    tokenId: string,
    told: { readonly request: EnrollRequest; readonly answer: EnrollResponse },
    nowMs: number,
  ): void {
    const { request, answer } = told;
    if (request.requestId === undefined) return;
    this.#forget(nowMs);
    const iv = this.#randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(token), iv);
    const body = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
    const sealed = Buffer.concat([iv, cipher.getAuthTag(), body]);
    this.#kept.set(`${tokenId} ${request.requestId}`, { sealed, asked: textOf(request), atMs: nowMs });
  }

  #forget(nowMs: number): void {
    for (const [id, { atMs }] of this.#kept) {
      if (nowMs - atMs < KEPT_MS && this.#kept.size < ANSWERS_MAX) return;
      this.#kept.delete(id);
    }
  }
}

function keyOf(token: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', 'latchkey enrolment repeat v1', 32));
}

function textOf({ requestId: _id, ...asked }: EnrollRequest): string {
  return JSON.stringify(Object.entries(asked).sort(([one], [other]) => (one < other ? -1 : 1)));
}
