import type { FastifyReply, FastifyRequest } from 'fastify';
import { openGate, pathAndQuery } from './gate.ts';
import type { Caller, Demand, Gate } from './gate.ts';
import type { Latchkey } from './latchkey.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null when Latchkey was away and the policy lets requests pass. Set by `latchkeyFastify`. */
    latchkey?: Caller;
  }
}

/** Hook for Fastify 5: `fastify.addHook('onRequest', latchkeyFastify(latchkey))`, or a route's `onRequest`. The client
 *  address is `request.ip`: set `trustProxy` when a proxy stands before the service. */
export function latchkeyFastify(latchkey: Latchkey, demand: Demand = {}) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const gate: Gate = await openGate(latchkey, incomingOf(request), demand);
    reply.raw.on('finish', () => {
      gate.finished(reply.raw.statusCode);
    });
    reply.headers(gate.headers);
    if (!gate.passes) return reply.code(gate.status).send(gate.body);
    request.latchkey = gate.caller;
    return undefined;
  };
}

function incomingOf(request: FastifyRequest) {
  const { path, query } = pathAndQuery(request.originalUrl);
  return {
    method: request.method,
    path,
    query,
    headerOf: (name: string) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : null;
    },
    clientIp: request.ip,
  };
}
