import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Where the program was built. `npm test` says so: built files start in a quarter of the time. A test that runs without takes the
 *  sources, which are never older than what is tested. */
const built = process.env['LATCHKEY_OUT_DIR'];

const FILES = {
  headless: { source: 'headless.ts', built: 'headless.js' },
  log: { source: 'requests/requests-worker.ts', built: 'requests-worker.js' },
} as const;

/** The file of the headless server, or of the log's thread. */
export function programFile(part: keyof typeof FILES): string {
  const file = FILES[part];
  return built === undefined ? join(import.meta.dirname, file.source) : join(built, 'main', file.built);
}

/** The log's thread, as the program starts it. */
export const realWorker = (): Worker => new Worker(programFile('log'));
