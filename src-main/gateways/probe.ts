import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorCode } from '#main/platform/error-code.ts';

/** One request to an operator's proxy. */
export interface Probe {
  readonly origin: string;
  readonly method: string;
  /** Sent as it is. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null = none. */
  readonly body: string | null;
}

/** What came back. `body` = at most the first BODY_BYTES_MAX bytes. `failed` names the error of the connection. */
export type ProbeResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly code: string };

/** Sends one request. Never rejects. */
export type SendProbe = (probe: Probe) => Promise<ProbeResult>;

const TIMEOUT_MS = 5_000;
const BODY_BYTES_MAX = 64 * 1024;

/** Sends a request over a connection of its own: no redirect is followed, no proxy of the environment is used. */
export const sendProbe: SendProbe = (probe) =>
  new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(probe.origin);
    const { method, path, body } = probe;
    const send = protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(
      {
        // An IPv6 host stands in brackets in a URL only.
        hostname: hostname.replaceAll(/[[\]]/g, ''),
        port,
        method,
        path,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...probe.headers,
          ...(body === null
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = (): void => {
          const text = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8');
          resolve({
            kind: 'answered',
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text,
          });
        };
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes <= BODY_BYTES_MAX) return;
          finish();
          outgoing.destroy();
        });
        incoming.on('end', finish);
        incoming.on('error', finish);
      },
    );
    outgoing.on('error', (error) => {
      resolve({
        kind: 'failed',
        code: error.name === 'AbortError' || error.name === 'TimeoutError' ? 'TIMEOUT' : errorCode(error),
      });
    });
    outgoing.end(body ?? undefined);
  });
