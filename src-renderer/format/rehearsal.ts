import type { Caller } from '#contract/usage.ts';

/** Who would be affected by a rotation, as if it had begun now. */
export interface Rehearsal {
  /** Callers of the secret that would be replaced which, at their pace, call within the overlap: each is told in the answer. */
  readonly told: readonly Caller[];
  /** Those which call more rarely: their next call may come when the old secret has ended. */
  readonly untold: readonly Caller[];
}

/** Sorts the callers of `rangeMs` by whether an overlap is long enough for them, by their mean pace in that time. Callers of other
 *  secrets than `version` are left out. Whoever called once in the range is taken to call once in a range. */
export function rehearse(
  callers: readonly Caller[],
  {
    version,
    overlapMs,
    rangeMs,
  }: { readonly version: number; readonly overlapMs: number; readonly rangeMs: number },
): Rehearsal {
  const ofSecret = callers.filter(({ secretVersion }) => secretVersion === version);
  const isTold = ({ count }: Caller): boolean => overlapMs > 0 && rangeMs / count <= overlapMs;
  return { told: ofSecret.filter(isTold), untold: ofSecret.filter((caller) => !isTold(caller)) };
}
