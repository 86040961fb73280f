import { parentPort } from 'node:worker_threads';
import { must } from '#main/platform/must.ts';
import { LogWorker } from './log-worker.ts';
import { lowerPriority } from './lower-priority.ts';
import type { InspectMessage, ToWorker } from './requests-messages.ts';

// Entry of the worker thread that owns requests.db. Everything it does is in LogWorker; this only
// connects it to the port, and brings what stands above the log. The same entry serves a thread that
// looks into a copy of the key store: see inspect-aside.ts.
const port = must(parentPort, 'requests-worker runs as a worker thread');
lowerPriority();
const worker = new LogWorker(
  (message) => {
    port.postMessage(message);
    if (message.kind === 'closed') port.close();
  },
  // Loaded when they are asked for: the log opens without them.
  {
    'replay.run': async (sources, plan) => {
      const { runReplay } = await import('#main/replay/run-replay.ts');
      return runReplay(sources, plan);
    },
    'replay.suggest': async (sources, plan) => {
      const { runSuggest } = await import('#main/replay/run-suggest.ts');
      return runSuggest(sources, plan);
    },
    'store.inspect': async (_sources, { path, folder }) => {
      const { inspectCopy } = await import('#main/sqlite/inspect-copy.ts');
      return inspectCopy(path, folder);
    },
  },
);
port.on('message', (message: ToWorker | InspectMessage) => {
  if (message.kind === 'inspect') void inspect(message);
  else worker.handle(message);
});

/** Loads what it takes only here: the log does without. An error ends the thread, and its owner learns of it. */
async function inspect({ path, folder }: InspectMessage): Promise<void> {
  const { inspectCopy } = await import('#main/sqlite/inspect-copy.ts');
  port.postMessage(inspectCopy(path, folder));
  port.close();
}
