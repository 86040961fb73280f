import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticateAny } from './any-token-auth.ts';
import type { ServiceDoor } from './doors.ts';
import { sendProblem } from './problem.ts';
import { sendJson } from './send-json.ts';

/** GET /readyz: 200 only when a verification can be decided; else 503 and what is missing. */
export function answerReady(door: ServiceDoor, response: ServerResponse): void {
  const notReady = door.notReady();
  if (notReady.length === 0) sendJson(response, 200, { status: 'ready' });
  else sendJson(response, 503, { status: 'not ready', notReady }, { 'Retry-After': '1' });
}

/** GET /v1/whoami: whose token this is, a service's or an admin's. */
export function answerWhoami(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  const principal = authenticateAny(door, request.headers.authorization, response);
  if (principal === null) return;
  if (principal.kind === 'service') {
    const { id, name, slug } = principal.service;
    sendJson(response, 200, { kind: 'service', id, name, slug });
  } else {
    const { actor, role } = principal.admin;
    sendJson(response, 200, { kind: 'admin', id: actor.id, name: actor.name, role });
  }
}

/** GET /identity?n=…: a keyed hash of the caller's nonce. Who knows an earlier answer for the same nonce can tell this instance from
 *  a program that took its port. */
export function answerIdentity(door: ServiceDoor, nonce: unknown, response: ServerResponse): void {
  if (typeof nonce !== 'string' || !/^[0-9A-Za-z_-]{16,128}$/.test(nonce)) {
    sendProblem(response, {
      status: 400,
      code: 'BAD_REQUEST',
      detail: 'Send n, a random text of 16 to 128 letters, digits, - or _.',
      field: 'n',
      requestId: door.newRequestId(),
    });
    return;
  }
  sendJson(response, 200, { instance: door.instanceId, n: nonce, mac: door.identityMac(nonce) });
}
