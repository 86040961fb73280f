import type { Request, RequestHandler } from 'express';
import { openGate, pathAndQuery } from './gate.ts';
import type { Caller, Demand } from './gate.ts';
import type { Latchkey } from './latchkey.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Who calls; null when Latchkey was away and the policy lets requests pass. Set by `latchkeyExpress`. */
    latchkey?: Caller;
  }
}

/** Middleware for Express 5. Verifies method and path as they came, also below a router. The client address is
 *  `request.ip`: set `trust proxy` when a proxy stands before the service. */
export function latchkeyExpress(latchkey: Latchkey, demand: Demand = {}): RequestHandler {
  return (request, response, next) => {
    openGate(latchkey, incomingOf(request), demand).then((gate) => {
      response.on('finish', () => {
        gate.finished(response.statusCode);
      });
      response.set(gate.headers);
      if (gate.passes) {
        request.latchkey = gate.caller;
        next();
      } else {
        response.status(gate.status).end(gate.body);
      }
    }, next);
  };
}

function incomingOf(request: Request) {
  const { path, query } = pathAndQuery(request.originalUrl);
  return {
    method: request.method,
    path,
    query,
    headerOf: (name: string) => request.get(name) ?? null,
    clientIp: request.ip,
  };
}
