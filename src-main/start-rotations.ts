import { reprieveOverlaps } from './handoffs/reprieve-overlaps.ts';
import { lookAtRotations } from './handoffs/rotation-watch.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 7_000;
/** A rhythm is counted in days, so that a minute is soon. */
const LOOK_EVERY_MS = 60_000;

/** Starts rotations that hand their new secret to the contact by themselves. Keeps no process alive. Returns how to stop. */
export function startRotations(store: WiredStore, logger: Logger): () => void {
  const attempt = (work: () => void, failed: string): void => {
    try {
      work();
    } catch (error) {
      logger.error(failed, { error });
    }
  };
  const look = (): void => {
    attempt(
      () => lookAtRotations(store.system),
      'Rotations that are due could not be looked at; it is tried again.',
    );
  };
  // At once: soon an expired handoff would suspend a key of which nobody has a valid secret.
  attempt(
    () => reprieveOverlaps(store.system()),
    'Overlaps that ended while the program was off could not be looked at; it is tried again at the next start.',
  );
  const timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
