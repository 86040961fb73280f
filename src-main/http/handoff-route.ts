import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HandoffDesk } from '#main/handoffs/handoff-desk.ts';
import { AddressThrottle } from './address-throttle.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { handoffPage, throttledPage, troublePage, type AnsweredPage } from './handoff-pages.ts';
import { sendPublicPage } from './public-page.ts';
import { sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { HANDOFF_BODY_BYTES_MAX } from './service-policy.ts';
import { visitorOf } from './visitor.ts';

/** Calls of the page that one address may make: more than any person needs, fewer than any guess. */
const CALLS = { limit: 30, windowMs: 60_000 };
const TOKEN_READ_MAX = 64;

/** Programs that look at a link before a person does: mail scanners, chat previews, search engines, tools. */
const LOOKS_AHEAD =
  /bot\b|crawl|spider|preview|facebookexternalhit|slack|whatsapp|telegram|discord|skype|teams|linkedin|twitter|pinterest|embedly|iframely|curl\/|wget|python|go-http|java\/|okhttp|axios|node|undici|safelinks|barracuda|proofpoint|mimecast/i;

/** Answers GET, HEAD and POST of /h/:token. */
export type HandoffRoute = (
  door: ServiceDoor,
  asked: { readonly request: IncomingMessage; readonly token: string },
  response: ServerResponse,
) => void;

/** Makes the route; it counts the calls of addresses. */
export function createHandoffRoute(): HandoffRoute {
  const throttle = new AddressThrottle(CALLS);
  return (door, { request, token: sent }, response) => {
    const visitor = visitorOf(door, request);
    const waitMs = throttle.take(visitor.address, door.nowMs());
    if (waitMs > 0) {
      request.resume();
      send(response, throttledPage(waitMs));
      return;
    }
    const contact = door.helpContact();
    const token = sent.slice(0, TOKEN_READ_MAX);
    const answer = (page: (desk: HandoffDesk) => AnsweredPage): void => {
      void door
        .handoffs()
        .then(page)
        .catch((error: unknown) => {
          const requestId = door.newRequestId();
          door.logger.error('A page of a handoff could not be answered.', { requestId, error });
          return troublePage(requestId);
        })
        .then((made) => {
          send(response, made);
        });
    };
    if (request.method !== 'POST') {
      const isAhead = looksAhead(request);
      answer((desk) => handoffPage(desk.look({ token, visitor, isAhead }), contact));
      return;
    }
    readBody(request, HANDOFF_BODY_BYTES_MAX, (result) => {
      if (result.kind === 'too-large') {
        sendRefusal(response, bodyTooLarge(HANDOFF_BODY_BYTES_MAX), door.newRequestId());
        return;
      }
      const code = new URLSearchParams(result.body.toString('utf8')).get('code') ?? '';
      answer((desk) => handoffPage(desk.reveal({ token, visitor, code }), contact));
    });
  };
}

function send(response: ServerResponse, { status, ...page }: AnsweredPage): void {
  sendPublicPage(response, status, page);
}

function looksAhead({ method, headers }: IncomingMessage): boolean {
  if (method === 'HEAD') return true;
  const hints = ['purpose', 'x-purpose', 'sec-purpose', 'x-moz'].map((name) => String(headers[name] ?? ''));
  if (hints.some((hint) => /prefetch|prerender|preview/i.test(hint))) return true;
  const agent = headers['user-agent'] ?? '';
  return agent === '' || LOOKS_AHEAD.test(agent);
}
