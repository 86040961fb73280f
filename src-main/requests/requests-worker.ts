import { parentPort } from 'node:worker_threads';
import { must } from '#main/platform/must.ts';
import { LogWorker } from './log-worker.ts';
import { lowerPriority } from './lower-priority.ts';
import type { ToWorker } from './requests-messages.ts';

// Entry of the worker thread that owns requests.db. Everything it does is in LogWorker; this only connects it to the port.
const port = must(parentPort, 'requests-worker runs as a worker thread');
lowerPriority();
const worker = new LogWorker((message) => {
  port.postMessage(message);
  if (message.kind === 'closed') port.close();
});
port.on('message', (message: ToWorker) => {
  worker.handle(message);
});
