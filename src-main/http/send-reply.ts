import type { ServerResponse } from 'node:http';
import type { ErrorCode, Reply } from '#contract/errors.ts';
import { ERROR_STATUS } from '#contract/errors.ts';
import { sendJson } from './send-json.ts';

/** Answers with a Reply and the HTTP status that belongs to it. */
export function sendReply(
  response: ServerResponse,
  reply: Reply<unknown>,
  headers: Readonly<Record<string, string>> = {},
): void {
  const status = reply.ok ? 200 : ERROR_STATUS[reply.error.code];
  const challenge = status === 401 ? { 'WWW-Authenticate': 'Bearer realm="latchkey"' } : {};
  sendJson(response, status, reply, { ...challenge, ...headers });
}

/** A refusal as a Reply. `message`: what is wrong and what to do. */
export function refusal(code: ErrorCode, message: string, requestId: string): Reply<never> {
  return { ok: false, error: { code, message, requestId } };
}
