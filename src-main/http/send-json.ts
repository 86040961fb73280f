import { KEEP_SECONDS_MAX } from '#contract/services.ts';
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

/** A decision, as JSON that was made already. No cache keeps it, unless the service may for some seconds, at most KEEP_SECONDS_MAX. */
export function sendDecisionText(response: AnswerSink, text: string, keepSeconds: number): void {
  if (response.headersSent || response.destroyed) return;
  sendText(response, 200, text, JSON_TYPE, KEPT_HEADERS[keepSeconds] ?? NO_HEADERS);
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const NO_HEADERS = {};
/** By number of seconds, so that nothing is put together while a request waits. `private`: for who asked, not for a cache between. */
const KEPT_HEADERS: readonly Readonly<Record<string, string>>[] = Array.from(
  { length: KEEP_SECONDS_MAX + 1 },
  (_none, seconds) => (seconds === 0 ? NO_HEADERS : { 'Cache-Control': `private, max-age=${seconds}` }),
);

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
 *  more than to write them. `keepSeconds` as in sendDecisionText; `vary` = fields of the question on which the answer depends, told where
 *  it may be kept. */
export function sendEmpty(
  response: AnswerSink,
  status: number,
  headers: Readonly<Record<string, string>>,
  { keepSeconds, vary }: { readonly keepSeconds: number; readonly vary: string },
): void {
  const list: string[] = [
    'Content-Length',
    '0',
    'Cache-Control',
    KEPT_HEADERS[keepSeconds]?.['Cache-Control'] ?? 'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ];
  if (keepSeconds > 0) list.push('Vary', vary);
  for (const name in headers) list.push(name, headers[name] ?? '');
  response.writeHead(status, list);
  response.end('', 'latin1');
}
