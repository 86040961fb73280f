import { ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Closes connections on which nothing has come in for `everyMs` to twice that, and on which no request is waiting for its answer.
 *  One look at all connections now and then: Node's own `keepAliveTimeout` sets and clears a timer at every answer, which is 7 %
 *  of the time that a verification takes. Ends with the server. */
export function sweepIdle(server: Server, everyMs: number): void {
  /** Bytes that had come in at the last look. */
  const connections = new Map<Socket, number>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, -1);
    socket.once('close', () => connections.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, bytesBefore] of connections) {
      const { bytesRead } = socket;
      if (bytesRead !== bytesBefore) connections.set(socket, bytesRead);
      else if (answerOn(socket) === null) socket.destroy();
    }
  }, everyMs);
  timer.unref();
  server.once('close', () => {
    clearInterval(timer);
  });
}

/** The answer in progress on this connection, where Node keeps it; null when no request waits for one. */
export function answerOn(socket: Socket): ServerResponse | null {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  return answer instanceof ServerResponse ? answer : null;
}
