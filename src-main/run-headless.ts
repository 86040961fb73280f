import type { Worker } from 'node:worker_threads';
import { readConfig } from './config.ts';
import { APP_VERSION } from './platform/app-version.ts';
import { createLogger } from './platform/logger.ts';
import { serveHeadless } from './serve-headless.ts';

/** Runs the headless server with what the command line and the environment say; its exit code. */
export function runHeadless(parts: {
  /** Without program names. */
  readonly argv: readonly string[];
  readonly environment: Parameters<typeof readConfig>[1];
  readonly uiDirectory: string;
  readonly createRequestsWorker: () => Worker;
}): Promise<number> {
  const { argv, environment, uiDirectory, createRequestsWorker } = parts;
  return serveHeadless({
    uiDirectory,
    createRequestsWorker,
    readConfig: () => readConfig(argv, environment),
    version: APP_VERSION,
    logger: createLogger(),
    process,
  });
}
