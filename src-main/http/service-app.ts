import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { addHolderRoutes } from './holder-routes.ts';
import { addAccessRoutes } from './access-route.ts';
import { answerBatch } from './batch-route.ts';
import { bearerToken } from './bearer.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { createHandoffRoute } from './handoff-route.ts';
import type { HttpWatch } from './http-watch.ts';
import { handleIntrospect } from './introspect-route.ts';
import {
  answerAcknowledgement,
  answerKeyEvents,
  KEY_EVENTS_ACK_PATH,
  KEY_EVENTS_PATH,
} from './key-events-route.ts';
import { answerLog } from './log-route.ts';
import { answerLookup, LOOKUP_PATH } from './lookup-route.ts';
import { answerMetrics } from './metrics-route.ts';
import { noDecision } from './no-decision.ts';
import { OneATurn } from './one-a-turn.ts';
import { openApiDocument } from './openapi-document.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { addProductRoutes } from './product-route.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';
import { authenticateService, sendUnavailable } from './service-auth.ts';
import { answerIdentity, answerReady, answerWhoami } from './service-pages.ts';
import {
  INTROSPECT_PATH,
  MANY_BODY_BYTES_MAX,
  NDJSON_TYPES,
  UNKEY_PATHS,
  UNKEY_VERIFY_PATH,
} from './service-policy.ts';
import { addTokenRoutes } from './token-route.ts';
import { handleUnkeyVerify, sendUnkeyNotFound } from './unkey/unkey-route.ts';

/** The page of one handoff. */
const HANDOFF_PATH = '/h/:token';

const POST_PATHS = [
  '/v1/verify',
  '/v1/verify/batch',
  '/v1/log',
  LOOKUP_PATH,
  INTROSPECT_PATH,
  KEY_EVENTS_ACK_PATH,
];
const GET_PATHS = [
  '/v1/whoami',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/identity',
  KEY_EVENTS_PATH,
];

/** Batches that wait for their turn: of 100 items some 4 ms each, so that none waits longer than a quarter of a second. */
const BATCHES_WAITING_MAX = 50;

/** Everything that the service listener answers beside verifications and questions of gateways. */
export function serviceApp(plainDoor: ServiceDoor, watch: HttpWatch): RequestListener {
  const doorOf = (response: ServerResponse): ServiceDoor => watch.doorOf(response) ?? plainDoor;
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  // Made when somebody asks: it takes a twentieth of a start.
  let openApi: ReturnType<typeof openApiDocument> | null = null;
  addQuestions(app, doorOf);
  app.use(UNKEY_PATHS, (request, response) => {
    sendUnkeyNotFound(doorOf(response), request.baseUrl + request.path, response);
  });
  app.get('/v1/whoami', (request, response) => answerWhoami(doorOf(response), request, response));
  addHolderRoutes(app, doorOf);
  addTokenRoutes(app, doorOf);
  app.get('/healthz', (_request, response) => sendJson(response, 200, { status: 'ok' }));
  app.get('/readyz', (_request, response) => answerReady(plainDoor, response));
  app.get('/metrics', (request, response) => void answerMetrics(doorOf(response), watch, request, response));
  app.get('/openapi.json', (_request, response) => {
    openApi ??= openApiDocument(plainDoor.version);
    sendJson(response, 200, openApi);
  });
  app.get('/identity', (request, response) => answerIdentity(doorOf(response), request.query['n'], response));
  const handoff = createHandoffRoute();
  app
    .route(HANDOFF_PATH)
    .get((request, response) => {
      handoff(doorOf(response), { request, token: request.params.token }, response);
    })
    .post((request, response) => {
      handoff(doorOf(response), { request, token: request.params.token }, response);
    });
  addAccessRoutes(app, doorOf);
  addProductRoutes(app, doorOf);
  for (const path of POST_PATHS) {
    app.all(path, (_request, response) => sendNotAllowed(doorOf(response), response, 'POST'));
  }
  for (const path of GET_PATHS) {
    app.all(path, (_request, response) => sendNotAllowed(doorOf(response), response, 'GET, HEAD'));
  }
  app.use((_request, response) => {
    const detail = 'There is nothing at this address. GET /openapi.json lists what there is.';
    sendProblem(response, {
      status: 404,
      code: 'NOT_FOUND',
      detail,
      requestId: doorOf(response).newRequestId(),
    });
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendUnavailable(doorOf(response), response, error);
  });
  return app;
}

const TOO_MANY_BATCHES = { kind: 'overloaded', why: 'load', retryAfterMs: 1_000 } as const;

/** What services ask and hear, except the verification that is answered before Express. */
function addQuestions(app: express.Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  const batches = new OneATurn(BATCHES_WAITING_MAX);
  app.get(KEY_EVENTS_PATH, (request, response) => {
    answerKeyEvents(doorOf(response), request, response);
  });
  app.post(KEY_EVENTS_ACK_PATH, (request, response) => {
    const door = doorOf(response);
    withService(door, request, response, (service, body) => {
      answerAcknowledgement(door, service, body, response);
    });
  });
  app.post('/v1/verify/batch', (request, response) => {
    const door = doorOf(response);
    withService(door, request, response, (service, body) => {
      const hasTurn = batches.add(() => {
        answerBatch(door, service, body, response);
      });
      if (!hasTurn) sendProblem(response, noDecision(TOO_MANY_BATCHES, door.newRequestId()));
    });
  });
  app.post('/v1/log', (request, response) => {
    const type = request.headers['content-type']?.toLowerCase() ?? '';
    const isNdjson = NDJSON_TYPES.some((one) => type.startsWith(one));
    const door = doorOf(response);
    withService(door, request, response, (service, body) => {
      void answerLog(door, service, { body, isNdjson }, response);
    });
  });
  app.post(LOOKUP_PATH, (request, response) => {
    const door = doorOf(response);
    withService(door, request, response, (service, body) => {
      answerLookup(door, service, body, response);
    });
  });
  app.post(INTROSPECT_PATH, (request, response) => {
    handleIntrospect(doorOf(response), request, response);
  });
  app.post(UNKEY_VERIFY_PATH, (request, response) => {
    handleUnkeyVerify(doorOf(response), request, response);
  });
}

/** Authenticates, then reads the body: nothing of a stranger's is kept in memory. */
function withService(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
  use: (service: ServiceRef, body: Buffer) => void,
): void {
  const service = authenticateService(door, bearerToken(request.headers.authorization), response);
  if (service === null) return;
  readBody(request, MANY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') use(service, result.body);
    else if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(MANY_BODY_BYTES_MAX), door.newRequestId());
    }
  });
}

function sendNotAllowed(door: ServiceDoor, response: ServerResponse, allow: string): void {
  const detail = `Use ${allow} for this address.`;
  const requestId = door.newRequestId();
  sendProblem(response, { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId }, { Allow: allow });
}
