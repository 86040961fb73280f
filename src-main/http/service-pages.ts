import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticateAny } from './any-token-auth.ts';
import type { ServiceDoor } from './doors.ts';
import { sendPlainPage } from './plain-page.ts';
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

/** GET /request-access: what somebody does who needs a key or more rights. Shows nothing of the request. */
export function sendRequestAccess(door: ServiceDoor, response: ServerResponse): void {
  const contact = door.helpContact();
  sendPlainPage(response, 200, {
    title: 'Ask for access',
    paragraphs: [
      'The API you called is protected by keys. You need one, or yours does not reach the endpoint you called.',
      contact === null
        ? 'Write to the people who gave you the address of the API.'
        : `Write to ${contact}. They manage its keys.`,
      'Tell them: the name of your application and your team, the method and path you want to call, how often, what for, and the request id of the refusal if you have one.',
      'Never send a key itself. Its first part, up to the last underscore, is enough to recognise it.',
    ],
  });
}
