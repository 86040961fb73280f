import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticateAdmin } from './admin-auth.ts';
import type { AdminDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { JSON_DEPTH_MAX, JSON_IMPORT_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { refusal, sendReply } from './send-reply.ts';

/** Bodies of the admin API, bytes: an OpenAPI document of 5 MiB and its JSON escapes. */
export const ADMIN_BODY_BYTES_MAX = 6 * 1024 * 1024;

/** Procedures that take a parsed OpenAPI document, which nests deeper than anything else. */
const DEEP_INPUTS: ReadonlySet<string> = new Set(['endpoints.import', 'endpoints.preview']);

/** POST /api/<name>: one admin procedure. The body is its input; an empty body is an empty input. Strangers' bodies are not read. */
export function handleRpc(
  door: AdminDoor,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = door.newRequestId();
  const auth = authenticateAdmin(door, request);
  if (!auth.ok) {
    sendReply(response, refusal('UNAUTHENTICATED', auth.message, requestId));
    return;
  }
  readBody(request, ADMIN_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(ADMIN_BODY_BYTES_MAX), requestId);
      return;
    }
    const input = parseInput(name, result.body);
    if (!input.ok) {
      sendReply(response, refusal('INVALID_INPUT', input.message, requestId));
      return;
    }
    const { actor, role } = auth.caller;
    void door.dispatch(name, input.value, { actor, role, requestId }).then(
      (reply) => {
        sendReply(response, reply);
      },
      (error: unknown) => {
        door.logger.error('A procedure failed outside of dispatch.', { requestId, error });
        sendReply(
          response,
          refusal('INTERNAL', `Something went wrong. Report the id ${requestId}.`, requestId),
        );
      },
    );
  });
}

function parseInput(name: string, body: Buffer): ReturnType<typeof parseJsonBody> {
  if (body.length === 0) return { ok: true, value: {} };
  return parseJsonBody(body, DEEP_INPUTS.has(name) ? JSON_IMPORT_DEPTH_MAX : JSON_DEPTH_MAX);
}
