import type { Caller } from '#contract/usage.ts';

/** Who would be affected by a rotation, as if it had begun now. */
interface Rehearsal {
  /** Callers of the secret that would be replaced which, at their pace, call within the overlap: each is told in the answer. */
  readonly told: readonly Caller[];
  /** Those which call more rarely: their next call may come when the old secret has ended. */
  readonly untold: readonly Caller[];
}

/** Sorts the callers of `rangeMs` by whether an overlap is long enough for them, by their mean pace in that time. Callers of other
 *  secrets than `version` are left out. Whoever called once in the range is taken to call once in a range.
 *  An old secret that ends when it is idle is sure to live as long as that alone. */
export function rehearse(
  callers: readonly Caller[],
  {
    version,
    overlapMs,
    idleEndMs,
    rangeMs,
  }: {
    readonly version: number;
    readonly overlapMs: number;
    readonly idleEndMs: number | null;
    readonly rangeMs: number;
  },
): Rehearsal {
  const ofSecret = callers.filter(({ secretVersion }) => secretVersion === version);
  const sureMs = Math.min(overlapMs, idleEndMs ?? overlapMs);
  const isTold = ({ count }: Caller): boolean => sureMs > 0 && rangeMs / count <= sureMs;
  return { told: ofSecret.filter(isTold), untold: ofSecret.filter((caller) => !isTold(caller)) };
}
