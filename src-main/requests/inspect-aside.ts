import { lstatSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { CopyFinding } from '#main/sqlite/inspect-copy.ts';
import type { InspectMessage } from './beside-messages.ts';
import type { RequestsClient } from './requests-client.ts';

/** Looks into a copy of a store on another thread, and hashes it there: that takes longer than a verification may wait. */
export type InspectAside = (path: string, folder: string) => Promise<CopyFinding>;

/** What the thread for long questions looks into, some 20 ms of its time: it may be there already. A larger copy has a thread to itself,
 *  which takes its memory with it. */
const SMALL_BYTES_MAX = 8 * 1024 * 1024;

/** `createWorker` starts requests-worker as it is called in this host; `log` is the running one, once it runs. The promise fails when
 *  the worker does. */
export function createInspectAside(
  createWorker: () => Worker,
  log: () => Pick<RequestsClient, 'query'> | null,
): InspectAside {
  return async (path, folder) => {
    const client = log();
    if (client !== null && lstatSync(path).size <= SMALL_BYTES_MAX) {
      // A log in trouble must not hold up a backup.
      const finding = await client.query('store.inspect', { path, folder }).catch(() => null);
      if (finding !== null) return finding;
    }
    return inspectAlone(createWorker, path, folder);
  };
}

function inspectAlone(createWorker: () => Worker, path: string, folder: string): Promise<CopyFinding> {
  return new Promise((resolve, reject) => {
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
