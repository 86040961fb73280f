import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createClock } from '#main/platform/clock.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { hasIpv6Loopback } from '#main/platform/ipv6-loopback.ts';
import { StartError } from '#main/platform/start-error.ts';
import { FastPath } from './fast-path/fast-path.ts';
import type { FastRoute } from './fast-path/fast-path.ts';
import { HEADER_BYTES_MAX, loopbackHosts } from './guard.ts';
import { answerOn, sweepIdle } from './idle-sweep.ts';
import { rawRefusal } from './raw-refusal.ts';

/** A listener on 127.0.0.1 and, where the machine has it, on ::1, both on the same port. */
export interface LoopbackListener {
  readonly port: number;
  /** `http://127.0.0.1:7420` */
  readonly url: string;
  /** Stops accepting, lets requests in flight finish for `graceMs`, then cuts what is left. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** What listenOnLoopback needs. `listener` gets the hosts only once the port is known, which port 0 leaves to the system. */
export interface LoopbackOptions {
  /** For messages: `service` or `admin`. */
  readonly name: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The flag that chooses the port, for the message when it is taken. */
  readonly portFlag: string;
  readonly listener: (
    hosts: readonly string[],
  ) => (request: IncomingMessage, response: ServerResponse) => void;
  /** Requests that are answered without Node's parser; none unless told. */
  readonly fastRoute?: (hosts: readonly string[]) => FastRoute;
}

/** Half-open requests are gone after 4 to 8 s instead of a minute, and no low cap locks out honest callers while there are many. */
const SERVER_OPTIONS = {
  maxHeaderSize: HEADER_BYTES_MAX,
  headersTimeout: 4_000,
  requestTimeout: 8_000,
  connectionsCheckingInterval: 500,
  // Idle connections are swept instead: see sweepIdle.
  keepAliveTimeout: 0,
  // The guard answers a missing Host itself, with words.
  requireHostHeader: false,
} as const satisfies ServerOptions;
const CONNECTIONS_MAX = 4_096;
/** A connection is kept for this long after its last request, or up to twice as long. */
const IDLE_MS = 5_000;
const FREE_PORT_TRIES = 20;

/** Starts both families or neither: where only one were ours, another program could take the other and be sent our callers' keys.
 *  Throws StartError(5) when a port is taken. */
export async function listenOnLoopback(options: LoopbackOptions): Promise<LoopbackListener> {
  const hasIpv6 = hasIpv6Loopback();
  for (let attempt = 1; ; attempt += 1) {
    const servers: LimitedServer[] = [];
    try {
      return await bind(options, hasIpv6, servers);
    } catch (error) {
      await Promise.all(servers.map((server) => stop(server, 0)));
      // Port 0: the port that 127.0.0.1 gave may be taken on ::1. Another round gives another port.
      const mayRetry = options.port === 0 && errorCode(error) === 'EADDRINUSE' && attempt < FREE_PORT_TRIES;
      if (!mayRetry) throw portError(options, error);
    }
  }
}

async function bind(
  options: LoopbackOptions,
  hasIpv6: boolean,
  servers: LimitedServer[],
): Promise<LoopbackListener> {
  let listener: RequestListener = () => undefined;
  let fastRoute: FastRoute = () => null;
  const open = async (address: string, port: number) => {
    const limited = createLimitedServer(
      (request, response) => {
        void listener(request, response);
      },
      options.fastRoute === undefined ? null : (head) => fastRoute(head),
    );
    servers.push(limited);
    return listen(limited.server, address, port);
  };
  const port = await open('127.0.0.1', options.port);
  const hosts = loopbackHosts(port);
  listener = options.listener(hosts);
  if (options.fastRoute !== undefined) fastRoute = options.fastRoute(hosts);
  if (hasIpv6) await open('::1', port);
  return {
    port,
    url: `http://127.0.0.1:${String(port)}`,
    close: async (graceMs) => {
      await Promise.all(servers.map((server) => stop(server, graceMs)));
    },
  };
}

interface LimitedServer {
  readonly server: Server;
  readonly fast: FastPath | null;
}

function createLimitedServer(listener: RequestListener, route: FastRoute | null): LimitedServer {
  const server = createServer(SERVER_OPTIONS, listener);
  const parts = { nowMs: createClock().nowMs, freshMs: SERVER_OPTIONS.headersTimeout };
  const fast = route === null ? null : new FastPath(server, { route, ...parts });
  server.maxConnections = CONNECTIONS_MAX;
  sweepIdle(server, IDLE_MS);
  // Without this Node would send "100 Continue" before the guard has seen the head.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    listener(request, response);
  });
  server.on('clientError', (error: Error, socket: Socket) => {
    refuseBytes(socket, rawRefusal(errorCode(error)));
  });
  return { server, fast };
}

/** Refuses what is no request, behind the answers to the whole requests before it: whether those were answered yet depends on how
 *  the bytes were cut on their way. */
function refuseBytes(socket: Socket, refusal: string): void {
  const answer = answerOn(socket);
  if (answer?.req.complete === true) {
    answer.once('close', () => {
      if (socket.writable) refuseBytes(socket, refusal);
    });
  }
  // Bytes of ours in the middle of an answer would be read as part of it.
  else if (!socket.writable || answer !== null) socket.destroy();
  else socket.end(refusal);
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true, ipv6Only: true }, () => {
      server.off('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function stop({ server, fast }: LimitedServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A keep-alive connection becomes idle only when its answer is out; nobody else closes it then.
    fast?.closeIdle();
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      fast?.closeIdle();
    }, 50);
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}

function portError(options: LoopbackOptions, error: unknown): unknown {
  const { name, port, portFlag } = options;
  if (errorCode(error) === 'EADDRINUSE') {
    return new StartError(
      5,
      `Port ${String(port)} is in use by another program, so the ${name} listener cannot start. Stop that program or choose another port with ${portFlag}.`,
    );
  }
  if (errorCode(error) === 'EACCES') {
    return new StartError(
      5,
      `This user may not open port ${String(port)} for the ${name} listener. Choose a port above 1023 with ${portFlag}.`,
    );
  }
  return error;
}
