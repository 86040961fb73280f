import { connect, type Socket } from 'node:net';

/** What came back on a connection of its own. */
export interface RawAnswer {
  /** 0 = the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
  readonly isClosed: boolean;
}

/** Sends bytes on a new connection, reads until an answer, the end or the limit. Never rejects. */
export function sendRaw(url: string, bytes: Buffer | string, limitMs = 2_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket: Socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) });
    const settle = (isClosed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(parts).toString('latin1');
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, text, tookMs: performance.now() - startedAt, isClosed });
    };
    const timer = setTimeout(() => {
      settle(false);
    }, limitMs);
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      if (isWhole(Buffer.concat(parts).toString('latin1'))) settle(false);
    });
    socket.on('error', () => {
      settle(true);
    });
    socket.on('close', () => {
      settle(true);
    });
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return length !== null && text.length >= end + 4 + Number(length[1]);
}

/** A whole request by hand. */
export function requestText(parts: {
  readonly method?: string;
  readonly target: string;
  readonly host: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}): string {
  const { method = 'GET', target, host, headers = [], body } = parts;
  const length = body === undefined ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  return [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers, ...length, '', body ?? ''].join(
    '\r\n',
  );
}
