import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { readConfig } from './config.ts';
import { APP_VERSION } from './platform/app-version.ts';
import { createLogger } from './platform/logger.ts';
import { serveHeadless } from './serve-headless.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Run from sources, or as a built file beside the other built files. */
const isSource = import.meta.url.endsWith('.ts');

process.exitCode = await serveHeadless({
  readConfig: () => readConfig(process.argv.slice(2), process.env),
  version: APP_VERSION,
  logger: createLogger(),
  uiDirectory: join(here, isSource ? '../out/renderer' : '../renderer'),
  createRequestsWorker: () =>
    new Worker(new URL(isSource ? './requests/requests-worker.ts' : './requests-worker.js', import.meta.url)),
  process,
});
