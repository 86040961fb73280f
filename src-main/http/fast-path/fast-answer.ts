import { validateHeaderValue } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerSink } from '#main/http/answer-sink.ts';
import type { HeadText } from './head-text.ts';

/** What the answers of a server share. */
export interface FastAnswerParts {
  readonly headText: HeadText;
  /** The time for the Date header. */
  readonly dateText: () => string;
}

/** Answers one request on a connection that stays, byte for byte as Node's ServerResponse would, in one write. */
export class FastAnswer implements AnswerSink {
  readonly #socket: Socket;
  readonly #parts: FastAnswerParts;
  readonly #onEnd: () => void;
  #added: [name: string, value: string][] | null = null;
  #head = '';
  #onClose: (() => void) | null = null;
  headersSent = false;
  statusCode = 200;

  /** `onEnd` is called when the answer is written. */
  constructor(socket: Socket, parts: FastAnswerParts, onEnd: () => void) {
    this.#socket = socket;
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  get socket(): Socket {
    return this.#socket;
  }

  get destroyed(): boolean {
    return !this.#socket.writable;
  }

  setHeader(name: string, value: string): void {
    validateHeaderValue(name, value);
    (this.#added ??= []).push([name, value]);
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): void {
    const { headText, dateText } = this.#parts;
    headText.begin(status);
    if (this.#added !== null) for (const [name, value] of this.#added) headText.header(name, value);
    for (const name in headers) headText.header(name, String(headers[name]));
    this.#head = headText.end(`Date: ${dateText()}\r\nConnection: keep-alive\r\n\r\n`);
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
