import type { RequestListener } from 'node:http';
import { uiHeaders } from '#main/platform/ui-headers.ts';
import type { AdminDoor } from './doors.ts';
import { EventStreams } from './events-route.ts';
import { guard } from './guard.ts';
import type { GuardPolicy } from './guard.ts';
import { lateListener } from './late-listener.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LoopbackListener } from './loopback-server.ts';
import { sendRefusal } from './problem.ts';
import { requestHead } from './request-head.ts';
import { ADMIN_BODY_BYTES_MAX } from './rpc-route.ts';

const HEADERS = Object.entries({ ...uiHeaders(), 'Cache-Control': 'no-store' });

/** Starts the admin listener: the API, its events, sign-in and the UI from `uiDirectory`. Throws StartError(5) when the port is taken. */
export async function startAdminServer(
  door: AdminDoor,
  options: {
    readonly port: number;
    readonly uiDirectory: string;
    readonly monotonicMs: () => number;
    /** See GuardPolicy. */
    readonly mayArrive?: () => boolean;
  },
): Promise<LoopbackListener> {
  const streams = new EventStreams();
  const app = lateListener(door, async () => {
    const { adminApp } = await import('./admin-app.ts');
    return adminApp(door, streams, options);
  });
  const listener = await listenOnLoopback({
    name: 'admin',
    port: options.port,
    portFlag: '--admin-port',
    listener: (hosts) => guarded(door, adminPolicy(hosts, options.mayArrive), app),
  });
  return {
    ...listener,
    close: (graceMs) => {
      streams.close();
      return listener.close(graceMs);
    },
  };
}

function adminPolicy(hosts: readonly string[], mayArrive: () => boolean = () => false): GuardPolicy {
  return {
    mayArrive,
    hosts,
    checksFetchSite: true,
    mediaTypes: () => ['application/json'],
    bodyBytesMax: () => ADMIN_BODY_BYTES_MAX,
  };
}

function guarded(door: AdminDoor, policy: GuardPolicy, app: RequestListener): RequestListener {
  return (request, response) => {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    const refusal = guard(requestHead(request), policy);
    if (refusal === null) app(request, response);
    else sendRefusal(response, refusal, door.newRequestId());
  };
}
