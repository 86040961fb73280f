import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What a service under test is told. It guards GET and POST /inventory/* and answers with the key id that it was handed, or
 *  "nobody", as text; GET /inventory/broken answers 500. */
export interface ServiceOptions {
  readonly url: string;
  readonly token: string;
  readonly onUnavailable: 'refuse' | 'allow';
  readonly timeoutMs: number;
}

/** A running service: where it is, and how it ends. Closing sends the reports that wait. */
export interface RunningService {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Time for a service in another language to start, the first build of the Go one included. */
export const START_MS = 120_000;

/** What every client does while Latchkey cannot be asked, or does not take the question. */
export function unavailableSuite(start: (options: ServiceOptions) => Promise<RunningService>): void {
  describe('while Latchkey', () => {
    let silent: Awaited<ReturnType<typeof openSilent>>;
    beforeAll(async () => {
      silent = await openSilent();
    });
    afterAll(() => silent.close());

    const answerOf = async (options: Omit<ServiceOptions, 'token'>, key: string | null) => {
      const service = await start({ ...options, token: 'lks_trade_unused' });
      const startedMs = performance.now();
      const headers: Record<string, string> = key === null ? {} : { 'X-API-Key': key };
      const response = await fetch(`${service.url}/inventory/42`, { headers });
      const told = {
        status: response.status,
        text: await response.text(),
        retryAfter: response.headers.get('retry-after'),
        ms: performance.now() - startedMs,
      };
      await service.close();
      return told;
    };
    const CLOSED = 'http://127.0.0.1:9';

    test(
      'is away, a request gets 503 with Retry-After',
      async () => {
        const told = await answerOf({ url: CLOSED, onUnavailable: 'refuse', timeoutMs: 500 }, 'lk_live_x');
        expect(told).toMatchObject({ status: 503, retryAfter: '1' });
        expect(told.text).toContain('VERIFY_UNAVAILABLE');
      },
      START_MS,
    );

    test(
      'does not answer, the time limit ends the wait',
      async () => {
        const told = await answerOf(
          { url: silent.url, onUnavailable: 'refuse', timeoutMs: 300 },
          'lk_live_x',
        );
        expect(told.status).toBe(503);
        expect(told.ms).toBeGreaterThan(250);
        expect(told.ms).toBeLessThan(3_000);
      },
      START_MS,
    );

    test(
      'is away, the policy allow lets those pass who send a key, and nobody else',
      async () => {
        const options = { url: CLOSED, onUnavailable: 'allow', timeoutMs: 500 } as const;
        expect(await answerOf(options, 'lk_live_x')).toMatchObject({ status: 200, text: 'nobody' });
        expect((await answerOf(options, null)).status).toBe(401);
      },
      START_MS,
    );

    test(
      'refuses the service itself, even the policy allow refuses',
      async () => {
        const options = { url: silent.refusingUrl, onUnavailable: 'allow', timeoutMs: 2_000 } as const;
        expect((await answerOf(options, 'lk_live_x')).status).toBe(503);
      },
      START_MS,
    );

    test(
      'has had enough of a caller, that caller gets 429, also under the policy allow',
      async () => {
        const options = { url: silent.throttlingUrl, onUnavailable: 'allow', timeoutMs: 2_000 } as const;
        const told = await answerOf(options, 'lk_live_x');
        expect(told).toMatchObject({ status: 429, retryAfter: '10' });
      },
      START_MS,
    );
  });
}

/** Three listeners: one that never answers, one that answers as for a wrong service token, one as after too many failures. */
async function openSilent() {
  const silent = createServer(() => undefined);
  const refusing = (status: number, code: string) =>
    createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Retry-After': '10' });
        response.end(JSON.stringify({ code, detail: 'No.' }));
      });
    });
  const servers = [silent, refusing(401, 'SERVICE_TOKEN_INVALID'), refusing(429, 'SERVICE_THROTTLED')];
  const [url = '', refusingUrl = '', throttlingUrl = ''] = await Promise.all(servers.map(listening));
  return {
    url,
    refusingUrl,
    throttlingUrl,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Gives the address of a server on a free port. */
export function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${String(port)}`);
    });
  });
}
