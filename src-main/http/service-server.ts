import { createClock } from '#main/platform/clock.ts';
import type { ServiceDoor } from './doors.ts';
import { guard } from './guard.ts';
import { dialectAt, handleForwardAuth } from './forward-auth/forward-auth-route.ts';
import { HttpWatch } from './http-watch.ts';
import { lateListener } from './late-listener.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { sendRefusal } from './problem.ts';
import { requestHead } from './request-head.ts';
import { servicePolicy, UNKEY_PATHS } from './service-policy.ts';
import { sendUnkeyRefusal } from './unkey/unkey-error.ts';
import { handleVerify } from './verify-route.ts';

/** Starts the service listener. `watch` sees every request; without one its figures start here. Throws StartError(5) when the port is taken. */
export function startServiceServer(
  door: ServiceDoor,
  options: { readonly port: number; readonly watch?: HttpWatch },
): Promise<LoopbackListener> {
  const watch = options.watch ?? new HttpWatch({ access: null, monotonicMs: createClock().monotonicMs });
  const app = lateListener(door, async () => (await import('./service-app.ts')).serviceApp(door, watch));
  return listenOnLoopback({
    name: 'service',
    port: options.port,
    portFlag: '--port',
    listener: (hosts) => {
      const policy = servicePolicy(hosts);
      return (request, response) => {
        const head = requestHead(request);
        const noting = watch.begin(door, head, request, response);
        const dialect = dialectAt(head.path);
        if (dialect !== null) {
          handleForwardAuth(noting, { dialect, policy, head }, request, response);
          return;
        }
        const refusal = guard(head, policy);
        if (refusal !== null) refuse(head.path)(response, refusal, noting.newRequestId());
        // Express costs a third of the throughput of this route; everything else can afford it.
        else if (head.method === 'POST' && head.path === '/v1/verify') {
          handleVerify(noting, head, request, response);
        } else app(request, response);
      };
    },
  });
}

/** Clients of /v2/ read another envelope, whatever it was that stopped them. */
function refuse(path: string): typeof sendRefusal {
  return path.startsWith(UNKEY_PATHS) ? sendUnkeyRefusal : sendRefusal;
}
