import { lookAtRotations } from './handoffs/rotation-watch.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 7_000;
/** A rhythm is counted in days, so that a minute is soon. */
const LOOK_EVERY_MS = 60_000;

/** Starts rotations that hand their new secret to the contact by themselves. Keeps no process alive. Returns how to stop. */
export function startRotations(store: WiredStore, logger: Logger): () => void {
  const look = (): void => {
    try {
      lookAtRotations(store.system);
    } catch (error) {
      logger.error('Rotations that are due could not be looked at; it is tried again.', { error });
    }
  };
  const timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
