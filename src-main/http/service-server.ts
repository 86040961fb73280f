import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import { VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import { answerBatch } from './batch-route.ts';
import { createClock } from '#main/platform/clock.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge, guard } from './guard.ts';
import type { GuardPolicy } from './guard.ts';
import { dialectAt, handleForwardAuth } from './forward-auth/forward-auth-route.ts';
import { HttpWatch } from './http-watch.ts';
import { answerLog, NDJSON_TYPES } from './log-route.ts';
import { FORM_TYPE, handleIntrospect, INTROSPECT_PATH } from './introspect-route.ts';
import { answerLookup, LOOKUP_PATH } from './lookup-route.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { answerMetrics } from './metrics-route.ts';
import { noDecision } from './no-decision.ts';
import { OneATurn } from './one-a-turn.ts';
import { openApiDocument } from './openapi-document.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { requestHead } from './request-head.ts';
import { sendJson } from './send-json.ts';
import { authenticateService, sendUnavailable } from './service-auth.ts';
import { answerIdentity, answerReady, answerWhoami, sendRequestAccess } from './service-pages.ts';
import { handleUnkeyVerify, sendUnkeyNotFound, sendUnkeyRefusal } from './unkey/unkey-route.ts';
import { UNKEY_BODY_BYTES_MAX, UNKEY_PATHS, UNKEY_VERIFY_PATH } from './unkey/unkey-wire.ts';
import { handleVerify } from './verify-route.ts';

/** Bodies of batches and reports, bytes: 1,000 reports with a long path and user agent are 1.3 MB, and three times that leaves room
 *  for escapes. Larger ones would hold up verifications, which wait while a body is parsed. */
const MANY_BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Batches that wait for their turn: of 100 items some 4 ms each, so that none waits longer than a quarter of a second. */
const BATCHES_WAITING_MAX = 50;

/** Starts the service listener. `watch` sees every request; without one its figures start here. Throws StartError(5) when the port is taken. */
export function startServiceServer(
  door: ServiceDoor,
  options: { readonly port: number; readonly watch?: HttpWatch },
): Promise<LoopbackListener> {
  const watch = options.watch ?? new HttpWatch({ access: null, monotonicMs: createClock().monotonicMs });
  const app = serviceApp(door, watch);
  return listenOnLoopback({
    name: 'service',
    port: options.port,
    portFlag: '--port',
    listener: (hosts) => {
      const policy = servicePolicy(hosts);
      return (request, response) => {
        const head = requestHead(request);
        const noting = watch.begin(door, head, request, response);
        const dialect = dialectAt(head.path);
        if (dialect !== null) {
          handleForwardAuth(noting, { dialect, policy, head }, request, response);
          return;
        }
        const refusal = guard(head, policy);
        if (refusal !== null) refuse(head.path)(response, refusal, noting.newRequestId());
        // Express costs a third of the throughput of this route; everything else can afford it.
        else if (head.method === 'POST' && head.path === '/v1/verify') {
          handleVerify(noting, head, request, response);
        } else app(request, response);
      };
    },
  });
}

function servicePolicy(hosts: readonly string[]): GuardPolicy {
  const json = ['application/json'];
  const reports = ['application/json', ...NDJSON_TYPES];
  return {
    hosts,
    checksFetchSite: false,
    mediaTypes: (path) => {
      if (path === INTROSPECT_PATH) return [FORM_TYPE];
      return path === '/v1/log' ? reports : json;
    },
    bodyBytesMax: (path) => {
      if (path === UNKEY_VERIFY_PATH) return UNKEY_BODY_BYTES_MAX;
      return path === '/v1/log' || path === '/v1/verify/batch' ? MANY_BODY_BYTES_MAX : VERIFY_BODY_BYTES_MAX;
    },
  };
}

/** Clients of /v2/ read another envelope, whatever it was that stopped them. */
function refuse(path: string): typeof sendRefusal {
  return path.startsWith(UNKEY_PATHS) ? sendUnkeyRefusal : sendRefusal;
}

function serviceApp(plainDoor: ServiceDoor, watch: HttpWatch): RequestListener {
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
  app.get('/healthz', (_request, response) => sendJson(response, 200, { status: 'ok' }));
  app.get('/readyz', (_request, response) => answerReady(plainDoor, response));
  app.get('/metrics', (request, response) => void answerMetrics(doorOf(response), watch, request, response));
  app.get('/openapi.json', (_request, response) => {
    openApi ??= openApiDocument(plainDoor.version);
    sendJson(response, 200, openApi);
  });
  app.get('/identity', (request, response) => answerIdentity(doorOf(response), request.query['n'], response));
  app.get('/request-access', (_request, response) => sendRequestAccess(plainDoor, response));
  for (const path of ['/v1/verify', '/v1/verify/batch', '/v1/log', LOOKUP_PATH, INTROSPECT_PATH]) {
    app.all(path, (_request, response) => sendNotAllowed(doorOf(response), response, 'POST'));
  }
  for (const path of [
    '/v1/whoami',
    '/healthz',
    '/readyz',
    '/metrics',
    '/openapi.json',
    '/identity',
    '/request-access',
  ]) {
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

/** What services POST, except the verification that is answered before Express. */
function addQuestions(app: express.Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  const batches = new OneATurn(BATCHES_WAITING_MAX);
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
  const service = authenticateService(door, request.headers.authorization, response);
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
