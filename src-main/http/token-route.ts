import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { JWKS_MAX_AGE_MS, JWKS_PATH, TOKEN_PATH, type TokenError } from '#contract/token-exchange.ts';
import { VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { addressOf } from './holder-ask.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { readTokenRequest } from './read-token-request.ts';
import { sendJson } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';
import type { TokenOutcome } from './token-desk.ts';

/** Exchanging keys for tokens (RFC 8693), and the public keys that check them. */
export function addTokenRoutes(app: Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  app.post(TOKEN_PATH, (request, response) => {
    answerToken(doorOf(response), request, response);
  });
  app.get(JWKS_PATH, (_request, response) => void answerJwks(doorOf(response), response));
  for (const [path, allow] of [
    [TOKEN_PATH, 'POST'],
    [JWKS_PATH, 'GET, HEAD'],
  ] as const) {
    app.all(path, (_request, response) => {
      const requestId = doorOf(response).newRequestId();
      const detail = `Use ${allow} for this address.`;
      sendProblem(response, { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId }, { Allow: allow });
    });
  }
}

function answerToken(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') void exchange(door, request, result.body, response);
    else if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
    }
  });
}

async function exchange(
  door: ServiceDoor,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const read = readTokenRequest(request.headers['content-type'], body);
  if (!read.ok) {
    sendError(response, read.error);
    return;
  }
  try {
    const desk = await door.tokens();
    const outcome = desk.exchange({
      ...read.asked,
      clientIp: addressOf(door, request),
      userAgent: request.headers['user-agent'],
      verify: door.verify,
    });
    door.whenRecorded(() => {
      sendOutcome(response, outcome);
    });
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}

function sendOutcome(response: ServerResponse, outcome: TokenOutcome): void {
  switch (outcome.kind) {
    case 'token':
      // OAuth wants both; ours has the first anyway.
      sendJson(response, 200, outcome.answer, { Pragma: 'no-cache' });
      return;
    case 'error':
      sendError(response, outcome.error);
      return;
    case 'later': {
      const { status, retryAfterMs } = outcome;
      const words = 'Too much was asked at once. Wait as long as Retry-After says.';
      const error: TokenError = { error: 'temporarily_unavailable', error_description: words };
      sendJson(response, status, error, {
        'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))),
      });
    }
  }
}

function sendError(response: ServerResponse, error: TokenError): void {
  sendJson(response, 400, error);
}

async function answerJwks(door: ServiceDoor, response: ServerResponse): Promise<void> {
  try {
    const keys = (await door.tokens()).jwks();
    const maxAge = String(JWKS_MAX_AGE_MS / 1_000);
    sendJson(response, 200, keys, { 'Cache-Control': `public, max-age=${maxAge}` });
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}
