import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { startAhead } from './platform/start-ahead.ts';
import { giveThreadsRoom } from './platform/room-of-threads.ts';
import { useCodeCache } from './platform/code-cache.ts';

const here = (path: string): URL => new URL(path, import.meta.url);
/** Run from sources, or as a built file beside the other built files. */
const isSource = import.meta.url.endsWith('.ts');
const codeCache = isSource ? null : fileURLToPath(here('./code-cache'));

// This file imports next to nothing: what it starts here works while the program is still being read.
giveThreadsRoom();
if (codeCache !== null) useCodeCache(codeCache);
const createRequestsWorker = startAhead(
  () =>
    new Worker(here(isSource ? './requests/requests-worker.ts' : './requests-worker.js'), {
      // A thread takes it from its environment only.
      env: codeCache === null ? process.env : { ...process.env, NODE_COMPILE_CACHE: codeCache },
    }),
);
const { runHeadless } = await import('./run-headless.ts');
process.exitCode = await runHeadless({
  argv: process.argv.slice(2),
  environment: process.env,
  uiDirectory: fileURLToPath(here(isSource ? '../out/renderer' : '../renderer')),
  createRequestsWorker,
});
