import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { AccessDesk, AskVisit } from '#main/access-requests/access-desk.ts';
import { readSent } from '#main/access-requests/read-ask.ts';
import { closedPage, formPage, grantedPage, statusPage, unknownPage } from './access-pages.ts';
import { AddressThrottle } from './address-throttle.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { throttledPage, troublePage, type AnsweredPage } from './handoff-pages.ts';
import { policyPage } from './policy-page.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { sendPublicPage } from './public-page.ts';
import { readBody } from './read-body.ts';
import { ASK_BODY_BYTES_MAX, ASK_PATH, POLICY_PATH } from './service-policy.ts';
import { visitorOf } from './visitor.ts';

const HOUR_MS = 3_600_000;
/** Calls of the pages that one address may make: more than any person needs. */
const CALLS = { limit: 60, windowMs: 60_000 };
/** … and all addresses together: drawing a large catalogue takes some milliseconds, in which no request is verified. */
const ALL_CALLS = { limit: 600, windowMs: 60_000 };
/** Requests that one address may send … */
const SENDS = { limit: 5, windowMs: HOUR_MS };
/** … and all addresses together: more than a team reads, fewer than fill the store before somebody sees it. */
const ALL_SENDS = { limit: 60, windowMs: HOUR_MS };
/** Answers to questions that one address may send, and all together: each question takes one. */
const ANSWERS = { limit: 10, windowMs: HOUR_MS };
const ALL_ANSWERS = { limit: 120, windowMs: HOUR_MS };
const KEY_ID = /^[0-9A-Za-z]{12}$/;
const TOKEN = /^[0-9A-Za-z]{43}$/;

interface Throttles {
  readonly calls: AddressThrottle;
  readonly allCalls: AddressThrottle;
  readonly sends: AddressThrottle;
  readonly all: AddressThrottle;
  readonly answers: AddressThrottle;
  readonly allAnswers: AddressThrottle;
}

/** One call of these pages. */
interface Call {
  readonly door: ServiceDoor;
  readonly request: IncomingMessage;
  readonly address: string | null;
  readonly isOutside: boolean;
}

/** An answer: a page, or the way to another one. */
type Answer = AnsweredPage | { readonly seeOther: string };

/** The pages by which strangers ask for a key and look after what they asked for. They count the calls of addresses. */
export function addAccessRoutes(app: Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  const throttles: Throttles = {
    calls: new AddressThrottle(CALLS),
    allCalls: new AddressThrottle(ALL_CALLS),
    sends: new AddressThrottle(SENDS),
    all: new AddressThrottle(ALL_SENDS),
    answers: new AddressThrottle(ANSWERS),
    allAnswers: new AddressThrottle(ALL_ANSWERS),
  };
  const handle = (
    request: IncomingMessage,
    response: ServerResponse,
    answer: (desk: AccessDesk, call: Call, body: URLSearchParams | null) => Answer,
  ): void => {
    const call = callOf(doorOf(response), request);
    const waitMs = takeTurn(throttles.calls, throttles.allCalls, call);
    if (waitMs > 0) {
      request.resume();
      send(response, throttledPage(waitMs));
    } else if (request.method === 'POST') {
      readBody(request, ASK_BODY_BYTES_MAX, (result) => {
        if (result.kind === 'too-large') {
          sendRefusal(response, bodyTooLarge(ASK_BODY_BYTES_MAX), call.door.newRequestId());
          return;
        }
        const body = new URLSearchParams(result.body.toString('utf8'));
        void answered(call.door, response, (desk) => answer(desk, call, body));
      });
    } else void answered(call.door, response, (desk) => answer(desk, call, null));
  };
  const ask = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, (desk, call, body) =>
      body === null ? showForm(desk, call) : takeForm(desk, throttles, call, body),
    );
  };
  app.route(ASK_PATH).get(ask).post(ask);
  app
    .route(`${ASK_PATH}/:token`)
    .get((request, response) => {
      handle(request, response, (desk, call) => showStatus(desk, call, request.params.token));
    })
    .post((request, response) => {
      handle(request, response, (desk, call, body) => {
        const fields = body ?? new URLSearchParams();
        const take = fields.has('answer') ? takeAnswer : takeCode;
        return take(desk, { throttles, call, token: request.params.token }, fields);
      });
    });
  app.get(POLICY_PATH, (request, response) => {
    handle(request, response, (desk, { door }) => policyPage(desk.policy(), door.helpContact()));
  });
  refuseOthers(app, doorOf);
}

const ALLOWED = {
  [ASK_PATH]: 'GET, HEAD, POST',
  [`${ASK_PATH}/:token`]: 'GET, HEAD, POST',
  [POLICY_PATH]: 'GET, HEAD',
};

function refuseOthers(app: Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  for (const [path, allow] of Object.entries(ALLOWED)) {
    app.all(path, (_request, response) => {
      const detail = `Use ${allow} for this address.`;
      const requestId = doorOf(response).newRequestId();
      const problem = { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId } as const;
      sendProblem(response, problem, { Allow: allow });
    });
  }
}

function callOf(door: ServiceDoor, request: IncomingMessage): Call {
  const origin = door.publicOrigin();
  const host = request.headers.host?.toLowerCase() ?? '';
  const isOutside = origin !== null && origin.slice(origin.indexOf('//') + 2) === host;
  return { door, request, address: visitorOf(door, request).address, isOutside };
}

async function answered(
  door: ServiceDoor,
  response: ServerResponse,
  answer: (desk: AccessDesk) => Answer,
): Promise<void> {
  let made: Answer;
  try {
    made = answer(await door.access());
  } catch (error) {
    const requestId = door.newRequestId();
    door.logger.error('A page for access requests could not be answered.', { requestId, error });
    made = troublePage(requestId);
  }
  send(response, made);
}

function send(response: ServerResponse, answer: Answer): void {
  if ('seeOther' in answer) {
    response.writeHead(303, {
      Location: answer.seeOther,
      'Content-Length': '0',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
    response.end();
    return;
  }
  const { status, ...page } = answer;
  sendPublicPage(response, status, page);
}

function showForm(desk: AccessDesk, { door, request, isOutside }: Call): Answer {
  const link = new URLSearchParams(request.url?.split('?')[1] ?? '');
  const form = desk.form({ fields: link, isOutside });
  if (form === null) return closedPage(door.helpContact());
  const key = link.get('key') ?? '';
  // The page of a key's holder leads here with its id.
  const sent = readSent(new URLSearchParams(KEY_ID.test(key) ? { key } : {}));
  return formPage({ form, formId: desk.newFormId(), sent, link, problems: {}, trouble: null }, 200);
}

function takeForm(desk: AccessDesk, throttles: Throttles, call: Call, body: URLSearchParams): Answer {
  const { door, address, isOutside } = call;
  const visit: AskVisit = { fields: body, isOutside };
  const form = desk.form(visit);
  if (form === null) return closedPage(door.helpContact());
  const formId = body.get('form') ?? '';
  const before = desk.wasSent(formId);
  if (before !== null) return { seeOther: pageOf(before) };
  const shown = { form, formId: formId === '' ? desk.newFormId() : formId, sent: readSent(body), link: body };
  const read = desk.read(visit);
  if (!read.ok) return formPage({ ...shown, problems: read.problems, trouble: null }, 422);
  const waitMs = takeTurn(throttles.sends, throttles.all, call);
  if (waitMs > 0) return formPage({ ...shown, problems: {}, trouble: tooOften(waitMs) }, 429, waitMs);
  const made = desk.submit({ ask: read.ask, formId, address });
  if (made.kind === 'full') return formPage({ ...shown, problems: {}, trouble: fullText(door) }, 503);
  return made.granted === null
    ? { seeOther: pageOf(made.token) }
    : grantedPage(made.granted, { token: made.token, status: desk.status(made.token) });
}

/** 0, or how long to wait. A turn of the address is gone even where there is none of all together. */
function takeTurn(ofOne: AddressThrottle, ofAll: AddressThrottle, { door, address }: Call): number {
  const waitMs = ofOne.take(address, door.nowMs());
  return waitMs > 0 ? waitMs : ofAll.take(null, door.nowMs());
}

function tooOften(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000);
  return `Too many requests came from your address or from all together. Wait ${String(minutes)} min, then send it again. What you wrote is still here.`;
}

function fullText(door: ServiceDoor): string {
  const contact = door.helpContact();
  const who = contact === null ? 'the people who gave you the address of the API' : contact;
  return `More requests wait for an answer than are taken. Try again later, or write to ${who}. What you wrote is still here.`;
}

function showStatus(desk: AccessDesk, { door }: Call, token: string): Answer {
  const contact = door.helpContact();
  const status = TOKEN.test(token) ? desk.status(token) : null;
  return status === null ? unknownPage(contact) : statusPage(status, {}, contact);
}

/** Something that was sent from the page of a request. */
interface Sent {
  readonly throttles: Throttles;
  readonly call: Call;
  readonly token: string;
}

function takeCode(desk: AccessDesk, { call: { door }, token }: Sent, body: URLSearchParams): Answer {
  const contact = door.helpContact();
  const entered = TOKEN.test(token) ? desk.enterCode(token, body.get('code') ?? '') : null;
  return entered === null
    ? unknownPage(contact)
    : statusPage(entered.status, { code: entered.outcome }, contact);
}

function takeAnswer(desk: AccessDesk, { throttles, call, token }: Sent, body: URLSearchParams): Answer {
  const contact = call.door.helpContact();
  if (!TOKEN.test(token)) return unknownPage(contact);
  const waitMs = takeTurn(throttles.answers, throttles.allAnswers, call);
  if (waitMs > 0) return throttledPage(waitMs);
  const sent = { text: body.get('answer') ?? '', place: body.get('question') ?? '' };
  const taken = desk.answer(token, sent);
  if (taken === null) return unknownPage(contact);
  // From the page's own address to itself: a page that is loaded again sends nothing again.
  if (taken.outcome.kind === 'answered') return { seeOther: token };
  return statusPage(taken.status, { answer: taken.outcome }, contact);
}

/** From the form's own address, also behind a proxy that puts a folder before it. */
function pageOf(token: string): string {
  return `request-access/${token}`;
}
