import type { Context, MiddlewareHandler } from 'hono';
import { openGate } from './gate.ts';
import type { Caller, Demand } from './gate.ts';
import type { Latchkey } from './latchkey.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Who calls; null when Latchkey was away and the policy lets requests pass. Set by `latchkeyHono`. */
    latchkey: Caller;
  }
}

/** Middleware for Hono 4. Hono does not tell the client address: give `clientIpOf`, for instance
 *  `(context) => getConnInfo(context).remote.address` of `@hono/node-server/conninfo`; without it, keys that are bound to addresses
 *  are refused. The duration ends when the handler has answered, not when the last byte is out. */
export function latchkeyHono(
  latchkey: Latchkey,
  demand: Demand & { readonly clientIpOf?: (context: Context) => string | undefined } = {},
): MiddlewareHandler {
  const { clientIpOf, ...wanted } = demand;
  return async (context, next) => {
    const { req } = context;
    const gate = await openGate(
      latchkey,
      {
        method: req.method,
        path: req.path,
        query: new URL(req.url).search,
        headerOf: (name) => req.header(name) ?? null,
        clientIp: clientIpOf?.(context),
      },
      wanted,
    );
    if (!gate.passes) {
      gate.finished(gate.status);
      return new Response(gate.body, { status: gate.status, headers: gate.headers });
    }
    context.set('latchkey', gate.caller);
    await next();
    for (const [name, value] of Object.entries(gate.headers)) context.res.headers.set(name, value);
    gate.finished(context.res.status);
    return undefined;
  };
}
