import { STATUS_CODES, validateHeaderValue } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerSink } from '#main/http/answer-sink.ts';

/** Answers one request on a connection that stays, byte for byte as Node's ServerResponse would, in one write. */
export class FastAnswer implements AnswerSink {
  readonly #socket: Socket;
  readonly #dateText: () => string;
  readonly #onEnd: () => void;
  #added = '';
  #head = '';
  #onClose: (() => void) | null = null;
  headersSent = false;
  statusCode = 200;

  /** `dateText` is the time for the Date header; `onEnd` is called when the answer is written. */
  constructor(socket: Socket, dateText: () => string, onEnd: () => void) {
    this.#socket = socket;
    this.#dateText = dateText;
    this.#onEnd = onEnd;
  }

  get socket(): Socket {
    return this.#socket;
  }

  get destroyed(): boolean {
    return !this.#socket.writable;
  }

  setHeader(name: string, value: string): void {
    this.#added += headerLine(name, value);
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): void {
    let lines = this.#added;
    for (const name in headers) lines += headerLine(name, headers[name]);
    this.#head = `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines}Date: ${this.#dateText()}\r\nConnection: keep-alive\r\n\r\n`;
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

const UNSENDABLE = /[^\t -~\x80-\xff]/;

/** Throws what Node throws for a value that would break out of its line. */
function headerLine(name: string, value: OutgoingHttpHeaders[string]): string {
  const text = String(value);
  if (UNSENDABLE.test(text)) validateHeaderValue(name, text);
  return `${name}: ${text}\r\n`;
}
