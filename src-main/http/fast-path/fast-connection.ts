import type { Socket } from 'node:net';
import type { RequestHead } from '#main/http/request-head.ts';
import type { AnswerHeads } from './answer-heads.ts';
import { readExactHead } from './exact-head.ts';
import { FastAnswer } from './fast-answer.ts';
import { TakenHead } from './taken-head.ts';
import type { FastHandler } from './taken-head.ts';

/** What a connection needs of its server. */
export interface FastConnectionParts {
  /** Who answers a request with this head here; null = Node does. Depends on the head alone, and who takes a body takes a shorter
   *  one: it is asked once for many requests. */
  readonly route: (head: RequestHead) => FastHandler | null;
  /** Node's parser has the connection from now on. */
  readonly toNode: (socket: Socket) => void;
  /** A connection on which nothing has come in for `freshMs`. */
  readonly onSilent: (socket: Socket) => void;
  readonly freshMs: number;
  readonly heads: AnswerHeads;
}

const HEAD_END = '\r\n\r\n';
/** Of GET, the only method without a body that is taken. */
const LETTER_G = 0x47;
const NO_BODY = Buffer.alloc(0);

/** A connection as long as each chunk that comes in is exactly one request that readExactHead takes and a route answers, and comes
 *  after the answer to the one before. The first chunk that is anything else goes to Node's parser whole, and the connection
 *  with it, for ever. */
export class FastConnection {
  readonly #socket: Socket;
  readonly #parts: FastConnectionParts;
  /** Callers repeat their heads; so one is read only when it differs from the one before. */
  #taken: TakenHead | null = null;
  #isFresh = true;
  #answer: FastAnswer | null = null;
  #state: 'here' | 'leaving' | 'gone' = 'here';

  constructor(socket: Socket, parts: FastConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onClose);
    socket.setTimeout(parts.freshMs).on('timeout', this.#onTimeout);
  }

  /** Ends it, unless a request waits for its answer; one on which nothing has come in goes to Node. */
  closeIdle(): void {
    if (this.#state !== 'here' || this.#answer !== null) return;
    if (this.#isFresh) this.#leave();
    else this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    // Whoever does not wait for answers, or does not read them, is Node's to hold back.
    const isAwaited = this.#answer === null && this.#socket.writableLength === 0;
    if (!isAwaited || !this.#take(chunk)) this.#leave(chunk);
  };

  /** Has a chunk answered that is exactly one request; false for any other. */
  #take(chunk: Buffer): boolean {
    return chunk[0] === LETTER_G ? this.#takeHead(chunk) : this.#takeWhole(chunk);
  }

  /** One without a body. It is read anew each time: proxies ask for one caller after the other, and a head that is kept for nothing
   *  costs the collector more than it costs to read. */
  #takeHead(chunk: Buffer): boolean {
    const text = chunk.toString('latin1');
    if (text.indexOf(HEAD_END) !== text.length - HEAD_END.length) return false;
    const head = readExactHead(text);
    const handle = head === null ? null : this.#parts.route(head);
    if (handle === null) return false;
    this.#begin(handle, NO_BODY);
    return true;
  }

  #takeWhole(chunk: Buffer): boolean {
    let taken = this.#taken;
    let start = taken === null ? null : taken.bodyStart(chunk);
    if (taken === null || start === null) {
      taken = this.#read(chunk);
      start = taken === null ? null : taken.bodyStart(chunk);
      if (taken === null || start === null) return false;
      this.#taken = taken;
    }
    this.#begin(taken.handle, chunk.subarray(start));
    return true;
  }

  #begin(handle: FastHandler, body: Buffer): void {
    if (this.#isFresh) this.#socket.setTimeout(0);
    this.#isFresh = false;
    this.#answer = new FastAnswer(this.#socket, this.#parts.heads, this.#onAnswered);
    handle(body, this.#answer);
  }

  #read(chunk: Buffer): TakenHead | null {
    const end = chunk.indexOf(HEAD_END, 0, 'latin1');
    if (end === -1) return null;
    // A text of its own: a part of a larger one would keep that in memory, and there is a key in it.
    const text = chunk.toString('latin1', 0, end + HEAD_END.length);
    const head = readExactHead(text);
    const handle = head === null ? null : this.#parts.route(head);
    return head === null || handle === null ? null : new TakenHead(text, head.bodyBytes, handle);
  }

  readonly #onAnswered = (): void => {
    this.#answer = null;
    if (this.#state === 'leaving') this.#handOver();
  };

  /** Gives the connection to Node, with what has come in, as soon as the request before is answered. */
  #leave(chunk?: Buffer): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.pause();
    if (chunk !== undefined) socket.unshift(chunk);
    if (this.#answer === null) this.#handOver();
    else this.#state = 'leaving';
  }

  #handOver(): void {
    const socket = this.#socket;
    this.#state = 'gone';
    if (socket.destroyed) return;
    socket.off('end', this.#onEnd).off('error', this.#onError).off('close', this.#onClose);
    socket.off('timeout', this.#onTimeout).setTimeout(0);
    this.#parts.toNode(socket);
    socket.resume();
  }

  /** As Node does it: who sends no more gets no more. */
  readonly #onEnd = (): void => {
    this.#socket.end();
  };

  readonly #onError = (): void => {
    // It is destroyed already, and 'close' follows.
  };

  readonly #onTimeout = (): void => {
    this.#parts.onSilent(this.#socket);
  };

  readonly #onClose = (): void => {
    this.#answer?.close();
    this.#answer = null;
    this.#state = 'gone';
  };
}
