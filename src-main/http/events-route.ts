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

/** GET /api/events: server-sent events, one `changed` per announcement, a comment every 15 s. Ends with the session or the token
 *  it belongs to, also with the token that opened the session. Browsers read it with fetch, because EventSource cannot
 *  send the CSRF header. */
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
  // Asked before every event, so that nobody hears of anything after their token was revoked.
  const send = (text: string) => {
    // Ended, and not yet closed: what is written then would end the program.
    if (response.writableEnded) return;
    if (!maySend(door, caller)) response.end();
    else if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
    else response.write(text);
  };
  const unsubscribe = door.subscribe((announcement) => {
    send(`event: ${announcement.kind}\ndata: ${JSON.stringify(announcement)}\n\n`);
  });
  const heartbeat = setInterval(() => {
    send(': still here\n\n');
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

/** False also when the store cannot be read: the stream ends, and its reader asks again. Nobody above a timer would catch it. */
function maySend(door: AdminDoor, caller: AdminCaller): boolean {
  try {
    return isStillSignedIn(door, caller);
  } catch (error) {
    door.logger.error('An event stream ends because the token behind it could not be looked up.', { error });
    return false;
  }
}

function isStillSignedIn(door: AdminDoor, caller: AdminCaller): boolean {
  if (caller.session === null) return caller.actor.kind !== 'token' || door.isTokenLive(caller.actor.id);
  const { id } = caller.session;
  if (!door.sessions.isOpen(id)) return false;
  const tokenId = door.sessions.tokenIdOf(id);
  if (tokenId === null || door.isTokenLive(tokenId)) return true;
  door.sessions.end(id);
  return false;
}
