import type { Logger } from './logger.ts';

/** Runs work when the answer that is being made is out; a failure of it is logged. */
export function afterAnswer(logger: Logger): (work: () => void) => void {
  return (work) => {
    setImmediate(() => {
      try {
        work();
      } catch (error) {
        logger.error('Work after an answer failed.', { error });
      }
    });
  };
}
