import type { AnswerSink } from './answer-sink.ts';

/** Answers with JSON that no cache keeps. */
export function sendJson(
  response: AnswerSink,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  sendText(response, status, JSON.stringify(value), JSON_TYPE, headers);
}

/** The same with JSON that was made already. */
export function sendJsonText(response: AnswerSink, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  sendText(response, status, text, JSON_TYPE, NO_HEADERS);
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const NO_HEADERS = {};

/** Answers with a text that no cache keeps, in one write with its head. Not for an answer that was given already. */
export function sendText(
  response: AnswerSink,
  status: number,
  text: string,
  type: { readonly 'Content-Type'?: string },
  headers: Readonly<Record<string, string>>,
): void {
  const bytes = Buffer.byteLength(text);
  response.writeHead(status, {
    ...type,
    'Content-Length': bytes,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  // As a string: Node then sends head and body in one write. Text of ASCII alone needs no encoding.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
}

/** Answers without a body, with fields of its own besides those that every answer has. As a list: to copy so many fields into an object costs
 *  more than to write them. */
export function sendEmpty(
  response: AnswerSink,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  const list: string[] = [
    'Content-Length',
    '0',
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ];
  for (const name in headers) list.push(name, headers[name] ?? '');
  response.writeHead(status, list);
  response.end('', 'latin1');
}
