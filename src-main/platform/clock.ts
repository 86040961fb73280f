import type { TimestampMs } from '#contract/ids.ts';

/** The only source of time. */
export interface Clock {
  /** Wall clock, ms UTC. Never goes back within the process, so that nothing un-expires. */
  readonly nowMs: () => TimestampMs;
  /** Milliseconds since an arbitrary start, with fractions. Unaffected by changes of the wall clock. */
  readonly monotonicMs: () => number;
  /** A moment that an earlier run of the program saw: time goes on from there at least. False when that is more than AHEAD_MAX_MS from
   *  now: then nobody knows which of the two clocks was wrong, and a wrong date must not end keys for good. */
  readonly notBefore?: (seenMs: number) => boolean;
}

/** So far a clock that was set back between two runs is not believed. */
const AHEAD_MAX_MS = 86_400_000;

/** Where a clock reads; replaced in tests. */
export interface ClockSources {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

const SYSTEM: ClockSources = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** When the wall clock is set back, time goes on from the highest moment seen, at the pace of the monotonic clock. */
export function createClock(sources: ClockSources = SYSTEM): Clock {
  // In an array of numbers: a variable would be a new object for each of them, at every call.
  const highest = Float64Array.of(Math.floor(sources.wallMs()), sources.monotonicMs());
  const nowMs = (): TimestampMs => {
    const monotonicMs = sources.monotonicMs();
    const wallMs = Math.floor(sources.wallMs());
    const highestWallMs = highest[0] ?? 0;
    const highestMonotonicMs = highest[1] ?? 0;
    const least = Math.floor(highestWallMs + Math.max(0, monotonicMs - highestMonotonicMs));
    // Only a wall clock that is ahead moves the reference: rounding must not pile up while it is behind.
    if (wallMs >= least) {
      highest[0] = wallMs;
      highest[1] = monotonicMs;
    }
    return Math.max(wallMs, least) as TimestampMs;
  };
  return {
    nowMs,
    monotonicMs: sources.monotonicMs,
    notBefore: (seenMs) => {
      const aheadMs = seenMs - nowMs();
      if (aheadMs > AHEAD_MAX_MS) return false;
      if (aheadMs > 0) {
        highest[0] = seenMs;
        highest[1] = sources.monotonicMs();
      }
      return true;
    },
  };
}

/** A moment that we wrote ourselves, read back: it is one, and no schema is needed to see it. */
export function momentOf(ms: number): TimestampMs {
  return ms as TimestampMs;
}
