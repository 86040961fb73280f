import type { Worker } from 'node:worker_threads';
import type { Config } from './config.ts';
import { startCore } from './core.ts';
import type { Core } from './core.ts';
import { randomBase62 } from './domain/base62.ts';
import type { Logger } from './platform/logger.ts';
import { randomBytes } from './platform/random.ts';
import { StartError } from './platform/start-error.ts';
import { openAdminDoor, openServiceDoor } from './start-doors.ts';
import type { OpenAdminDoor, OpenServiceDoor } from './start-doors.ts';

/** The surroundings of the headless server. */
export interface HeadlessOptions {
  /** Throws StartError(2). */
  readonly readConfig: () => Config;
  readonly version: string;
  readonly logger: Logger;
  /** Folder of the built screens, unless the configuration names another. */
  readonly uiDirectory: string;
  readonly createRequestsWorker: () => Worker;
  readonly process: NodeJS.Process;
}

/** Requests in flight may take this long after a signal; the whole stop stays below 5 s. */
const DOORS_GRACE_MS = 2_000;
const STOP_MS_MAX = 4_500;

/** Runs the server until a signal comes, and answers the exit code: 0 after a signal, 1 after an error that nothing caught,
 *  else the code of the StartError, with its sentence on standard error. */
export async function serveHeadless(options: HeadlessOptions): Promise<number> {
  const { logger, process } = options;
  const ending = endings(options);
  // Nobody has to read what is printed.
  process.stdout.on('error', () => undefined);
  let running: Running;
  try {
    running = await start(options);
  } catch (error) {
    if (!(error instanceof StartError)) {
      logger.error('Latchkey could not start.', { error });
      return 1;
    }
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  announce(options, running);
  const stopTelling = tellMoves(options, running);
  const exitCode = await ending;
  stopTelling();
  const hasStopped = await stop(running, logger);
  // Whatever still holds the process open has nothing left to say.
  return process.exit(hasStopped ? exitCode : 1);
}

interface Running {
  readonly core: Core;
  readonly service: OpenServiceDoor;
  readonly admin: OpenAdminDoor;
}

async function start(options: HeadlessOptions): Promise<Running> {
  const config = options.readConfig();
  const { createRequestsWorker, logger } = options;
  const core = await startCore({ config, host: 'headless', secretStore: null, createRequestsWorker, logger });
  let service: OpenServiceDoor | null = null;
  try {
    service = await openServiceDoor(core, core.portMoves.ports.service);
    const uiDirectory = config.uiDirectory ?? options.uiDirectory;
    const admin = await openAdminDoor(core, { port: core.portMoves.ports.admin, uiDirectory });
    return { core, service, admin };
  } catch (error) {
    await service?.close(0);
    await core.close();
    throw error;
  }
}

/** The ready line, for programs; for a person at a terminal also a link that signs the browser in. */
function announce({ process, version }: HeadlessOptions, { service, admin }: Running): void {
  const ready = { event: 'ready', service: service.url, admin: admin.url, version };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // Never into a file or a journal: whoever reads it there within a minute would be the owner.
  const terminal = [process.stderr, process.stdout].find((stream) => stream.isTTY);
  if (terminal === undefined) return;
  const printLink = () => {
    const { url } = admin.createPairingLink('owner');
    const another = process.platform === 'win32' ? '' : ` Another one: kill -USR2 ${String(process.pid)}`;
    terminal.write(`\nSign in within 60 seconds: ${url}\nThe link works once.${another}\n\n`);
  };
  printLink();
  if (process.platform !== 'win32') process.on('SIGUSR2', printLink);
}

/** A line like the first one whenever a listener has moved, for programs that wait for it. */
function tellMoves({ process, version }: HeadlessOptions, { core, service, admin }: Running): () => void {
  const lineOf = () =>
    `${JSON.stringify({ event: 'moved', service: service.url, admin: admin.url, version })}\n`;
  let told = lineOf();
  return core.subscribe(() => {
    const line = lineOf();
    if (line !== told) process.stdout.write(line);
    told = line;
  });
}

/** Resolves with the exit code when the server is to end. Listens from now on, so that a signal during the start counts too. */
function endings({ process, logger }: HeadlessOptions): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        logger.info('Stopping.', { reason: signal });
        resolve(0);
      });
    }
    // After an error that nothing caught the state is not to be trusted: end, and let the supervisor start anew.
    const fail = (error: unknown) => {
      const requestId = `err_${randomBase62(16, randomBytes)}`;
      logger.error('An error that nothing caught. The server ends.', { requestId, error });
      resolve(1);
    };
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
  });
}

/** Closes the doors, then the core. False when it took too long or failed; then something may not be on disk. */
async function stop({ core, service, admin }: Running, logger: Logger): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      logger.error('Stopping takes too long. The last rows of the request log may be lost.');
      resolve(false);
    }, STOP_MS_MAX);
  });
  const done = (async () => {
    try {
      await Promise.all([service.close(DOORS_GRACE_MS), admin.close(DOORS_GRACE_MS)]);
      await core.close();
      return true;
    } catch (error) {
      logger.error('Stopping failed.', { error });
      return false;
    }
  })();
  const hasStopped = await Promise.race([done, late]);
  clearTimeout(timer);
  return hasStopped;
}
