import { IDLE_NOTICE_DAYS } from '#contract/key-lifetimes.ts';

const DAY_MS = 86_400_000;

/** What was found out about a key that nobody used. Times in ms UTC. */
export interface IdleWarning {
  readonly quietSinceMs: number;
  readonly idleDays: number;
  readonly suspendsAtMs: number;
}

/** A key as the rule on unused keys sees it. */
export interface JudgedIdle {
  /** False where nobody may suspend it for its silence: it is stopped already, being rotated, or others live by it. */
  readonly isEligible: boolean;
  /** Its last use or change, but not before the moment from which uses are known. */
  readonly quietSinceMs: number;
  /** For how long of the time since then the program did not run. That is no silence: nobody could have been heard. */
  readonly unheardMs: number;
  /** Of its tier; null = there is no rule. */
  readonly idleDays: number | null;
  /** null = it was not told of. */
  readonly warning: IdleWarning | null;
}

/** What is to be done with a key now. */
export type IdleStep =
  { readonly kind: 'none' | 'forget' | 'suspend' } | { readonly kind: 'warn'; readonly warning: IdleWarning };

/** Nobody is suspended who was not told of IDLE_NOTICE_DAYS before: after a rule was set, or another one, that time begins anew. */
export function idleStep(
  { isEligible, quietSinceMs, unheardMs, idleDays, warning }: JudgedIdle,
  nowMs: number,
): IdleStep {
  const isSilentFor = (days: number): boolean => nowMs - quietSinceMs - unheardMs >= days * DAY_MS;
  const isSilent = isEligible && idleDays !== null && isSilentFor(idleDays - IDLE_NOTICE_DAYS);
  if (!isSilent) return { kind: warning === null ? 'none' : 'forget' };
  if (warning?.quietSinceMs === quietSinceMs && warning.idleDays === idleDays) {
    // The program may have stopped again since it told of it.
    return { kind: nowMs >= warning.suspendsAtMs && isSilentFor(idleDays) ? 'suspend' : 'none' };
  }
  const silentAtMs = quietSinceMs + unheardMs + idleDays * DAY_MS;
  const suspendsAtMs = Math.max(nowMs + IDLE_NOTICE_DAYS * DAY_MS, silentAtMs);
  return { kind: 'warn', warning: { quietSinceMs, idleDays, suspendsAtMs } };
}
