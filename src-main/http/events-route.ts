import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticateAdmin } from './admin-auth.ts';
import type { AdminCaller } from './admin-auth.ts';
import type { AdminDoor } from './doors.ts';
import { refusal, sendReply } from './send-reply.ts';

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off; it asks again and refetches everything. */
const UNREAD_BYTES_MAX = 64 * 1024;
const STREAMS_MAX = 50;

/** Open streams of announcements, to be ended with the server. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  get count(): number {
    return this.#open.size;
  }

  add(response: ServerResponse): void {
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
  }

  close(): void {
    for (const response of this.#open) response.end();
  }
}

/** GET /api/events: server-sent events, one `changed` per announcement, a comment every 15 s. Ends with the session it belongs to.
 *  Browsers read it with fetch, because EventSource cannot send the CSRF header. */
export function handleEvents(
  door: AdminDoor,
  streams: EventStreams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const requestId = door.newRequestId();
  const auth = authenticateAdmin(door, request);
  if (!auth.ok) {
    sendReply(response, refusal('UNAUTHENTICATED', auth.message, requestId));
    return;
  }
  if (streams.count >= STREAMS_MAX) {
    const message = 'Too many open event streams. Close other windows of this page.';
    sendReply(response, refusal('UNAVAILABLE', message, requestId));
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.write('retry: 2000\n\n');
  streams.add(response);
  stream(door, auth.caller, response);
}

function stream(door: AdminDoor, caller: AdminCaller, response: ServerResponse): void {
  const send = (text: string) => {
    if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
    else response.write(text);
  };
  const unsubscribe = door.subscribe((announcement) => {
    send(`event: ${announcement.kind}\ndata: ${JSON.stringify(announcement)}\n\n`);
  });
  const heartbeat = setInterval(() => {
    if (isStillSignedIn(door, caller)) send(': still here\n\n');
    else response.end();
  }, HEARTBEAT_MS);
  const forgetSession = door.sessions.onEnd((sessionId) => {
    if (sessionId === caller.session?.id) response.end();
  });
  response.on('close', () => {
    unsubscribe();
    forgetSession();
    clearInterval(heartbeat);
  });
}

function isStillSignedIn(door: AdminDoor, caller: AdminCaller): boolean {
  if (caller.session !== null) return door.sessions.isOpen(caller.session.id);
  return caller.actor.kind !== 'token' || door.isTokenLive(caller.actor.id);
}
