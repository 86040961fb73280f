import { DAY_MS } from '#contract/usage.ts';

/** A blocked source that has ended stays in the list for so long. */
const ENDED_KEPT_DAYS = 30;

/** Blocked sources that ended at this moment or before are forgotten. */
export function keptSinceMs(nowMs: number): number {
  return nowMs - ENDED_KEPT_DAYS * DAY_MS;
}
