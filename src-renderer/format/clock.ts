import { useSyncExternalStore } from 'react';

/** The present moment in ms since 1970 UTC. The only place of the screens that reads the time. */
export function nowMs(): number {
  return Date.now();
}

const rounded = (everyMs: number) => Math.floor(nowMs() / everyMs) * everyMs;

/** The present moment rounded down to `everyMs`; the component draws again when that changes. */
export function useNow(everyMs = 1_000): number {
  return useSyncExternalStore(
    (changed) => {
      const timer = setInterval(changed, Math.min(everyMs, 15_000));
      return () => clearInterval(timer);
    },
    () => rounded(everyMs),
  );
}
