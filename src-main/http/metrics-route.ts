import type { IncomingMessage, ServerResponse } from 'node:http';
import { METRICS_TYPE, metricsText } from '#main/system/metrics-text.ts';
import type { ServiceDoor } from './doors.ts';
import { authenticateAny } from './any-token-auth.ts';
import type { HttpWatch } from './http-watch.ts';
import { sendUnavailable } from './service-auth.ts';

/** GET /metrics, for a service token or an admin token. */
export async function answerMetrics(
  door: ServiceDoor,
  watch: HttpWatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (authenticateAny(door, request.headers.authorization, response) === null) return;
  try {
    const body = Buffer.from((await door.metrics()) + metricsText(watch.metrics()));
    if (response.headersSent || response.destroyed) return;
    response.writeHead(200, {
      'Content-Type': METRICS_TYPE,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}
