import type { Worker } from 'node:worker_threads';

/** Starts a thread before it is asked for; the first call of the answer gets it, each further call another one. It keeps no process
 *  alive before, and one that has ended by then is replaced. */
export function startAhead(create: () => Worker): () => Worker {
  let ahead: Worker | null = create();
  const forget = (): void => {
    ahead = null;
  };
  ahead.on('error', forget).on('exit', forget).unref();
  return () => {
    const worker = ahead;
    if (worker === null) return create();
    ahead = null;
    worker.off('error', forget).off('exit', forget).ref();
    return worker;
  };
}
