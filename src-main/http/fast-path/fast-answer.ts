import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerSink } from '#main/http/answer-sink.ts';
import type { AnswerHeads } from './answer-heads.ts';

/** Answers one request on a connection that stays, byte for byte as Node's ServerResponse would, in one write. */
export class FastAnswer implements AnswerSink {
  readonly #socket: Socket;
  readonly #heads: AnswerHeads;
  readonly #onEnd: () => void;
  #added = '';
  #head = '';
  #onClose: (() => void) | null = null;
  headersSent = false;
  statusCode = 200;

  /** `onEnd` is called when the answer is written. */
  constructor(socket: Socket, heads: AnswerHeads, onEnd: () => void) {
    this.#socket = socket;
    this.#heads = heads;
    this.#onEnd = onEnd;
  }

  get socket(): Socket {
    return this.#socket;
  }

  get destroyed(): boolean {
    return !this.#socket.writable;
  }

  setHeader(name: string, value: string): void {
    this.#added += this.#heads.line(name, value);
  }

  writeHead(status: number, headers: OutgoingHttpHeaders | readonly string[]): void {
    this.#head = this.#heads.text(status, this.#added, headers);
    this.statusCode = status;
    this.headersSent = true;
  }

  end(body: string, encoding: 'latin1' | 'utf8'): void {
    this.#socket.write(body === '' ? this.#head : this.#head + body, encoding);
    this.close();
    this.#onEnd();
  }

  on(_event: 'close', listener: () => void): void {
    this.#onClose = listener;
  }

  /** Nothing more comes of it: it is out, or the caller has gone away. */
  close(): void {
    const onClose = this.#onClose;
    this.#onClose = null;
    onClose?.();
  }
}
