import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { AnswerHeads } from './answer-heads.ts';
import { FastConnection } from './fast-connection.ts';
import type { FastConnectionParts } from './fast-connection.ts';

/** Who answers a request with this head without Node's parser; null = Node takes it. */
export type FastRoute = FastConnectionParts['route'];

/** Stands before the parser of an HTTP server: one that reads any request there can be costs more than a verification does. What it
 *  does not take, see FastConnection, goes to that parser as if nothing had stood before it. */
export class FastPath {
  readonly #connections = new Set<FastConnection>();

  /** For a server that nobody listens to yet. `freshMs` = how long a connection may be silent before its first byte. */
  constructor(
    server: Server,
    {
      route,
      nowMs,
      freshMs,
    }: { readonly route: FastRoute; readonly nowMs: () => number; readonly freshMs: number },
  ) {
    // The listener that node:http gives every server of its own. To emit 'connection' once more is the documented way to it, but
    // others listen to that too.
    const [toNode] = server.listeners('connection');
    if (toNode === undefined) throw new Error('Broken invariant: node:http listens to its own server.');
    server.removeAllListeners('connection');
    const parts: FastConnectionParts = {
      route,
      toNode: (socket) => {
        toNode.call(server, socket);
      },
      onSilent: (socket) => {
        server.emit('clientError', Object.assign(new Error('Silent'), SILENT), socket);
      },
      freshMs,
      heads: new AnswerHeads(nowMs),
    };
    server.on('connection', (socket: Socket) => {
      const connection = new FastConnection(socket, parts);
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
    });
  }

  /** Ends connections on which no request waits for its answer. */
  closeIdle(): void {
    for (const connection of this.#connections) connection.closeIdle();
  }
}

/** As Node names it. */
const SILENT = { code: 'ERR_HTTP_REQUEST_TIMEOUT' };
