import type { Logger } from './logger.ts';

/** Lets the start and the first requests go first. */
const SOON_MS = 200;

/** Loads and starts work that nobody waits for, soon. A failure is logged. The answer ends it, also before it began. Keeps no process
 *  alive. */
export function startSoon(start: () => Promise<() => void>, logger: Logger): () => Promise<void> {
  let isEnded = false;
  let starting = Promise.resolve();
  let end: (() => void) | null = null;
  const begin = async (): Promise<void> => {
    try {
      const started = await start();
      if (isEnded) started();
      else end = started;
    } catch (error) {
      logger.error('What the program does by itself could not be started. Start it again.', { error });
    }
  };
  const timer = setTimeout(() => {
    starting = begin();
  }, SOON_MS);
  timer.unref();
  return async () => {
    isEnded = true;
    clearTimeout(timer);
    await starting;
    end?.();
    end = null;
  };
}
