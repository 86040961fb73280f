import type { Worker } from 'node:worker_threads';
import type { StoreFinding } from '#main/sqlite/inspect-store.ts';

/** To a worker that has no log to keep: looks into a store that nobody has open, answers, and ends. */
export interface InspectMessage {
  readonly kind: 'inspect';
  /** As inspectStore. */
  readonly path: string;
  readonly folder: string;
}

/** Looks into a copy of a store on a thread of its own: of a large one that takes longer than a verification may wait. */
export type InspectAside = (path: string, folder: string) => Promise<StoreFinding>;

/** `createWorker` starts requests-worker as it is called in this host. The promise fails when the worker does. */
export function createInspectAside(createWorker: () => Worker): InspectAside {
  return (path, folder) =>
    new Promise((resolve, reject) => {
      const worker = createWorker();
      // A check that nobody waits for must not keep the program from ending.
      worker.unref();
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new Error('The thread that looked into the store ended without an answer.'));
      });
      worker.postMessage({ kind: 'inspect', path, folder } satisfies InspectMessage);
    });
}
