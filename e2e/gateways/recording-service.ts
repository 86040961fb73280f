import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the service behind a gateway. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; several of one name are joined as Node does it. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A service that knows nothing of keys: it keeps what reaches it and echoes it. Whatever a client wants to upgrade to, it agrees
 *  and greets. */
export interface RecordingService {
  readonly url: string;
  readonly received: Received[];
  readonly stop: () => Promise<void>;
}

/** Starts it on a free port. */
export async function startRecordingService(): Promise<RecordingService> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      received.push({ method, url, headers, rawHeaders, body });
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ from: 'service', headers }));
    });
  });
  server.on('upgrade', (request, socket) => {
    const { method = '', url = '', headers, rawHeaders } = request;
    received.push({ method, url, headers, rawHeaders, body: '' });
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${headers.upgrade ?? ''}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
