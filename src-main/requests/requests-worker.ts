import { parentPort } from 'node:worker_threads';
import { must } from '#main/platform/must.ts';
import type { LongAnswers } from './answer-query.ts';
import type { InspectMessage, ReadMessage } from './beside-messages.ts';
import { LogWorker } from './log-worker.ts';
import { lowerPriority, STEPS_TO_LAST } from './lower-priority.ts';
import type { FromWorker, ToWorker } from './requests-messages.ts';

// Entry of the worker thread that owns requests.db. Everything it does is in LogWorker; this only
// connects it to the port, and brings what stands above the log. The same entry serves a thread that
// reads the log for long questions (ReaderWorker), and one that looks into a copy of the key store: see
// inspect-aside.ts.
const port = must(parentPort, 'requests-worker runs as a worker thread');
lowerPriority();
// Loaded when they are asked for: the log opens without them.
const long: LongAnswers = {
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
};
const post = (message: FromWorker): void => {
  port.postMessage(message);
  if (message.kind === 'closed') port.close();
};
const worker = new LogWorker(post, long);
const handleLog = (message: ToWorker | InspectMessage | ReadMessage): void => {
  if (message.kind === 'inspect') void inspect(message);
  else if (message.kind === 'read') void read(message);
  else worker.handle(message);
};
port.on('message', handleLog);

/** Loads what it takes only here: the log does without. An error ends the thread, and its owner learns of it. */
async function inspect({ path, folder }: InspectMessage): Promise<void> {
  lowerPriority(STEPS_TO_LAST);
  const { inspectCopy } = await import('#main/sqlite/inspect-copy.ts');
  port.postMessage(inspectCopy(path, folder));
  port.close();
}

/** Nothing else comes to this thread than questions; those that come while this loads wait for it. */
async function read(message: ReadMessage): Promise<void> {
  const isLast = lowerPriority(STEPS_TO_LAST);
  const waiting: ToWorker[] = [];
  const keep = (question: ToWorker): void => void waiting.push(question);
  port.off('message', handleLog);
  port.on('message', keep);
  const { ReaderWorker } = await import('./reader-worker.ts');
  const reader = new ReaderWorker(post, long, isLast);
  reader.open(message);
  port.off('message', keep);
  for (const question of waiting) reader.handle(question);
  port.on('message', (question: ToWorker) => {
    reader.handle(question);
  });
}
