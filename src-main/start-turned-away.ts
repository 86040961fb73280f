import type { Clock } from './platform/clock.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

const LOOK_EVERY_MS = 5_000;

/** Starts looking whether the guard turns anybody away: two figures in memory. Tells when that begins and ends. Keeps no process alive.
 *  Returns how to stop. */
export function startTurnedAway(store: WiredStore, { turnedAway }: WiredRequests, clock: Clock): () => void {
  const timer = setInterval(() => {
    if (!turnedAway.look(clock.nowMs())) return;
    store.announcements.announce({ kind: 'changed', subjects: ['status', 'notices'] });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
