import { createClock } from '#main/platform/clock.ts';
import type { ServiceDoor } from './doors.ts';
import type { FastRoute } from './fast-path/fast-path.ts';
import { guard } from './guard.ts';
import type { GuardPolicy } from './guard.ts';
import { dialectAt, dropBody, handleForwardAuth } from './forward-auth/forward-auth-route.ts';
import { HttpWatch } from './http-watch.ts';
import { lateListener } from './late-listener.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { sendRefusal } from './problem.ts';
import { requestHead } from './request-head.ts';
import type { RequestHead } from './request-head.ts';
import { servicePolicy, UNKEY_PATHS } from './service-policy.ts';
import { sendUnkeyRefusal } from './unkey/unkey-error.ts';
import { answerVerify, handleVerify } from './verify-route.ts';

/** Starts the service listener. `watch` sees every request; without one its figures start here. Without `hasFastPath` every request
 *  goes through Node's parser: nobody can tell but by the clock. Throws StartError(5) when the port is taken. */
export async function startServiceServer(
  door: ServiceDoor,
  options: { readonly port: number; readonly watch?: HttpWatch; readonly hasFastPath?: boolean },
): Promise<LoopbackListener> {
  const watch = options.watch ?? new HttpWatch({ access: null, monotonicMs: createClock().monotonicMs });
  const app = lateListener(door, async () => (await import('./service-app.ts')).serviceApp(door, watch));
  const listener = await listenOnLoopback({
    name: 'service',
    port: options.port,
    portFlag: '--port',
    listener: (hosts) => {
      const policy = servicePolicy(hosts, door.publicOrigin);
      return (request, response) => {
        const head = requestHead(request);
        const noting = watch.begin(door, head, response);
        const dialect = dialectAt(head.path);
        if (dialect !== null) {
          dropBody(request);
          handleForwardAuth(noting, { dialect, policy, head }, response);
          return;
        }
        const refusal = guard(head, policy);
        if (refusal !== null) refuse(head.path)(response, refusal, noting.newRequestId());
        // Express costs a third of the throughput of this route; everything else can afford it.
        else if (isVerify(head)) handleVerify(noting, head, request, response);
        else app(request, response);
      };
    },
    ...(options.hasFastPath === false
      ? {}
      : { fastRoute: (hosts) => fastRoute(door, watch, servicePolicy(hosts, door.publicOrigin)) }),
  });
  return {
    ...listener,
    close: (graceMs) => {
      door.keyEvents.end();
      return listener.close(graceMs);
    },
  };
}

function isVerify({ method, path }: RequestHead): boolean {
  return method === 'POST' && path === '/v1/verify';
}

/** The questions that are asked all the time. They need no more than their head and their body. */
function fastRoute(door: ServiceDoor, watch: HttpWatch, policy: GuardPolicy): FastRoute {
  return (head) => {
    const dialect = dialectAt(head.path);
    if (dialect !== null) {
      if (head.method !== 'GET') return null;
      return (_body, answer) => {
        handleForwardAuth(watch.begin(door, head, answer), { dialect, policy, head }, answer);
      };
    }
    if (!isVerify(head) || guard(head, policy) !== null) return null;
    return (body, answer) => {
      answerVerify(watch.begin(door, head, answer), head, body, answer);
    };
  };
}

/** Clients of /v2/ read another envelope, whatever it was that stopped them. */
function refuse(path: string): typeof sendUnkeyRefusal {
  return path.startsWith(UNKEY_PATHS) ? sendUnkeyRefusal : sendRefusal;
}
