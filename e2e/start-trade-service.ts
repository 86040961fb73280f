import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { report, verify } from './seed-trade.ts';

/** A team's own API that asks Latchkey about every request and reports the status it answered with. */
export interface TradeService {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts the service on a free port, with the token that Latchkey gave it. */
export async function startTradeService(latchkeyUrl: string, serviceToken: string): Promise<TradeService> {
  const app = express();
  app.use(async (request, response, next) => {
    const startedMs = performance.now();
    const decision = await verify(latchkeyUrl, serviceToken, {
      key: request.get('x-api-key') ?? '',
      method: request.method,
      path: request.path,
      clientIp: request.ip,
      userAgent: request.get('user-agent'),
    });
    if (!decision.valid) {
      response.status(decision.status).json(decision);
      return;
    }
    response.on('finish', () => {
      const durationMs = performance.now() - startedMs;
      const entry = { requestId: decision.requestId, responseStatus: response.statusCode, durationMs };
      void report(latchkeyUrl, serviceToken, entry);
    });
    next();
  });
  app.get('/inventory/:id', (request, response) => void response.json({ id: request.params.id, stock: 7 }));
  app.post('/offers', (_request, response) => void response.status(201).json({ id: 1 }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One request of the partner's program. */
export async function callTrade(
  service: TradeService,
  secret: string,
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { 'X-Api-Key': secret, 'User-Agent': 'acme-feed/2.1' },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A program that never stops asking. */
export class BusyClient {
  readonly statuses: number[] = [];
  /** What it uses from the next call on. */
  secret: string;
  readonly #service: TradeService;
  readonly #path: string;
  #isRunning = true;
  readonly #running: Promise<void>;

  constructor(service: TradeService, secret: string, path: string) {
    this.#service = service;
    this.secret = secret;
    this.#path = path;
    this.#running = this.#run();
  }

  /** Ends it; answers every status it saw, in order. */
  async stop(): Promise<readonly number[]> {
    this.#isRunning = false;
    await this.#running;
    return this.statuses;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      this.statuses.push((await callTrade(this.#service, this.secret, 'GET', this.#path)).status);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
