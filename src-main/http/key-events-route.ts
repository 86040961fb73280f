import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { KeyEvent } from '#main/verify/key-events.ts';
import type { Connection } from '#main/verify/connection-services.ts';
import { bearerToken } from './bearer.ts';
import type { Bearer } from './bearer.ts';
import type { ServiceDoor } from './doors.ts';
import { sendProblem } from './problem.ts';
import { readInput } from './read-input.ts';
import { authenticateService } from './service-auth.ts';

/** Where verifiers listen. */
export const KEY_EVENTS_PATH = '/v1/events';

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off: it comes back and is told what it missed, or to forget everything. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** Where they say that they acted on what they heard. */
export const KEY_EVENTS_ACK_PATH = '/v1/events/ack';

/** What they say there. */
export const acknowledgement = z.strictObject({
  /** Of the header X-Latchkey-Stream. */
  stream: z.string().min(1).max(64),
  /** Of the newest event. */
  id: z.string().min(1).max(64),
});

/** POST /v1/events/ack: 204; 404 for a stream that has ended or an event that it was not sent. */
export function answerAcknowledgement(
  door: ServiceDoor,
  service: ServiceRef,
  body: Buffer,
  response: ServerResponse,
): void {
  const requestId = door.newRequestId();
  const told = readInput(acknowledgement, body, response, requestId);
  if (told === null) return;
  if (!door.keyEvents.acknowledge(service.id, told.stream, told.id)) {
    const detail = 'This stream has ended, or was sent no such event.';
    sendProblem(response, { status: 404, code: 'NOT_FOUND', detail, requestId });
    return;
  }
  response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
}

/** GET /v1/events: server-sent events for verifiers that keep decisions; a comment every 15 s. Ends with the service token. */
export function answerKeyEvents(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  const bearer = bearerToken(request.headers.authorization);
  const service = authenticateService(door, bearer, response);
  if (service === null) return;
  const sink = {
    send: (event: KeyEvent, taken: () => void) => {
      write(eventText(event), taken);
    },
    end: () => void response.end(),
  };
  const write = (text: string, taken: () => void): void => {
    if (response.writableEnded || response.destroyed) return;
    if (!isStillGood(door, { bearer, serviceId: service.id, connection: request.socket })) response.end();
    else if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
    else {
      response.write(text, (error) => {
        if (error === null || error === undefined) taken();
      });
    }
  };
  const lastId = request.headers['last-event-id'];
  const waiting: (() => void)[] = [];
  const stream = door.keyEvents.open(service, typeof lastId === 'string' ? lastId : null, {
    ...sink,
    send: (event, taken) => {
      // What is sent while the stream opens goes behind the head.
      if (response.headersSent) sink.send(event, taken);
      else
        waiting.push(() => {
          sink.send(event, taken);
        });
    },
  });
  if (stream === null) {
    const detail = 'Too many open event streams. Keep one for each process of a service.';
    sendProblem(response, { status: 429, code: 'SERVICE_THROTTLED', detail, requestId: door.newRequestId() });
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Latchkey-Stream': stream.id,
  });
  response.write('retry: 1000\n\n');
  for (const send of waiting) send();
  const heartbeat = setInterval(() => {
    write(': still here\n\n', () => undefined);
  }, HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    stream.close();
  });
}

function eventText({ id, keyIds }: KeyEvent): string {
  if (keyIds === null) return `id: ${id}\nevent: forget\ndata: {}\n\n`;
  const name = keyIds.length === 0 ? 'ready' : 'changed';
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify({ keyIds })}\n\n`;
}

/** False also when the store cannot be read: the stream ends, and its reader asks again. Nobody above a command would catch it. */
function isStillGood(
  door: ServiceDoor,
  asked: { readonly bearer: Bearer; readonly serviceId: string; readonly connection: Connection },
): boolean {
  try {
    const { bearer, serviceId, connection } = asked;
    return bearer.kind === 'token' && door.findService(bearer.token, connection)?.id === serviceId;
  } catch (error) {
    door.logger.error('An event stream ends because its service token could not be looked up.', { error });
    return false;
  }
}
