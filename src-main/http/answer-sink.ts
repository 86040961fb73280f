import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** Where an answer goes: what handlers that both paths share use of Node's ServerResponse. */
export interface AnswerSink {
  /** Was an answer given already? */
  readonly headersSent: boolean;
  /** Is nobody there any more? */
  readonly destroyed: boolean;
  readonly statusCode: number;
  /** null once the answer is out. */
  readonly socket: Socket | null;
  /** For the head to come, before those of `writeHead`. */
  readonly setHeader: (name: string, value: string) => unknown;
  /** A list has names and values in turn. */
  readonly writeHead: (status: number, headers: OutgoingHttpHeaders | string[]) => unknown;
  readonly end: (body: string, encoding: 'latin1' | 'utf8') => unknown;
  /** The answer was handed to the system, or the caller has gone away. */
  readonly on: (event: 'close', listener: () => void) => unknown;
}
