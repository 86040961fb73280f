import { enableCompileCache, flushCompileCache } from 'node:module';

/** By then a server has run what it runs at each start; later than that, it might be killed before it ends by itself. */
const KEEP_AFTER_MS = 5_000;

/** Keeps compiled code in this folder and takes it from there at the next start, which then takes half the time. Whoever can write
 *  into the folder runs code as this user: it has to lie beside the code itself, never in a data directory or a shared one. A
 *  folder that cannot be written or read costs time and nothing else. */
export function useCodeCache(folder: string): void {
  enableCompileCache(folder);
  setTimeout(flushCompileCache, KEEP_AFTER_MS).unref();
}
