import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import { findUiFile } from '#main/platform/ui-files.ts';
import type { AdminDoor } from './doors.ts';
import { handleEvents } from './events-route.ts';
import { handleExport } from './export-route.ts';
import type { EventStreams } from './events-route.ts';
import { sendPlainPage } from './plain-page.ts';
import { sendProblem } from './problem.ts';
import { requestHead } from './request-head.ts';
import { handleRpc } from './rpc-route.ts';
import { handlePair, handleSession, handleSignOut, handleTokenSignIn } from './session-routes.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import { isScreenPath, sendStaticFile } from './static-files.ts';

/** The API, its events, sign-in and the UI from `uiDirectory`. */
export function adminApp(
  door: AdminDoor,
  streams: EventStreams,
  options: { readonly uiDirectory: string; readonly monotonicMs: () => number },
): RequestListener {
  const throttle = new SignInThrottle(options.monotonicMs);
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  app.post('/api/session/pair', (request, response) => handlePair(door, request, response));
  app.post('/api/session/token', (request, response) => {
    handleTokenSignIn(door, throttle, request, response);
  });
  app.post('/api/session/end', (request, response) => handleSignOut(door, request, response));
  app.get('/api/session', (request, response) => handleSession(door, request, response));
  app.get('/api/exports/:fileId', (request, response) => handleExport(door, request.params.fileId, response));
  app.get('/api/events', (request, response) => handleEvents(door, streams, request, response));
  app.post('/api/:name', (request, response) => handleRpc(door, request.params.name, request, response));
  app.use('/api', (request, response) => {
    if (request.method === 'POST') sendNotFound(door, response);
    else sendNotAllowed(door, response, 'POST');
  });
  app.use((request, response) => {
    if (request.method !== 'POST') return sendUi(door, options.uiDirectory, request, response);
    sendNotAllowed(door, response, 'GET, HEAD');
    return undefined;
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const requestId = door.newRequestId();
    door.logger.error('The admin listener could not answer.', { requestId, error });
    const detail = `Report the id ${requestId} if it happens again.`;
    sendProblem(response, { status: 500, code: 'INTERNAL', detail, requestId });
  });
  return app;
}

async function sendUi(
  door: AdminDoor,
  uiDirectory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, target } = requestHead(request);
  if (path !== '/' && isScreenPath(path)) {
    // The page keeps its place in the fragment; its files have addresses relative to the root.
    response.writeHead(302, { Location: `/#${target}` }).end();
    return;
  }
  const file = await findUiFile(uiDirectory, path === '/' ? '/index.html' : path);
  if (file !== null) sendStaticFile(response, file);
  else if (path === '/') {
    sendPlainPage(response, 503, {
      title: 'The admin UI is not built',
      paragraphs: ['Run "npm run build" in the folder of Latchkey, then reload this page.'],
    });
  } else sendNotFound(door, response);
}

function sendNotFound(door: AdminDoor, response: ServerResponse): void {
  const detail = 'There is nothing at this address.';
  sendProblem(response, { status: 404, code: 'NOT_FOUND', detail, requestId: door.newRequestId() });
}

function sendNotAllowed(door: AdminDoor, response: ServerResponse, allow: string): void {
  const detail = `Use ${allow} for this address.`;
  const requestId = door.newRequestId();
  sendProblem(response, { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId }, { Allow: allow });
}
