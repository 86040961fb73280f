import { timestampMs } from '#contract/ids.ts';
import {
  BROWNOUT_LENGTH_MS_MAX,
  BROWNOUT_LENGTH_MS_MIN,
  BROWNOUT_SHARE_MAX,
  IDLE_END_MS_MAX,
  type Overlap,
} from '#contract/overlap.ts';
import type { CallInput } from '#contract/contract.ts';
import { HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';

/** How a rotation ends by itself and is tried, as a form holds it. */
export interface OverlapDraft {
  readonly endsWhenIdle: boolean;
  readonly idleHours: number | null;
  /** As in an input of date and time; empty = no such bound. */
  readonly notBefore: string;
  readonly hasBrownouts: boolean;
  readonly brownoutStart: string;
  readonly brownoutEveryMinutes: number | null;
  readonly brownoutSeconds: number | null;
}

const SECOND_MS = 1_000;

/** The form for an overlap as it is now. A first brownout begins in an hour, so that it can be told before. */
export function overlapDraft(overlap: Overlap, nowMs: number): OverlapDraft {
  const { idleEndMs, notBefore, brownout } = overlap;
  const nextHour =
    Math.ceil(nowMs / HOUR_MS) * HOUR_MS +
    (Math.ceil(nowMs / HOUR_MS) * HOUR_MS - nowMs < 30 * MINUTE_MS ? HOUR_MS : 0);
  return {
    endsWhenIdle: idleEndMs !== null,
    idleHours: idleEndMs === null ? 6 : idleEndMs / HOUR_MS,
    notBefore: notBefore === null ? '' : toLocalInput(notBefore),
    hasBrownouts: brownout !== null,
    brownoutStart: toLocalInput(brownout === null ? nextHour : brownout.startsAt),
    brownoutEveryMinutes: brownout === null ? 60 : brownout.everyMs / MINUTE_MS,
    brownoutSeconds: brownout === null ? 30 : brownout.lengthMs / SECOND_MS,
  };
}

/** What is wrong with the form, by field; empty when nothing is. */
export function overlapProblems(draft: OverlapDraft): Partial<Record<keyof OverlapDraft, string>> {
  const problems: Partial<Record<keyof OverlapDraft, string>> = {};
  if (draft.endsWhenIdle) {
    const idleMs = (draft.idleHours ?? 0) * HOUR_MS;
    if (idleMs < MINUTE_MS || idleMs > IDLE_END_MS_MAX) problems.idleHours = 'From a minute to 30 days.';
    if (draft.notBefore !== '' && fromLocalInput(draft.notBefore) === null) {
      problems.notBefore = 'Choose a moment, or leave it empty.';
    }
  }
  if (draft.hasBrownouts) {
    const everyMs = (draft.brownoutEveryMinutes ?? 0) * MINUTE_MS;
    const lengthMs = (draft.brownoutSeconds ?? 0) * SECOND_MS;
    if (fromLocalInput(draft.brownoutStart) === null) problems.brownoutStart = 'Choose a moment.';
    if (everyMs < MINUTE_MS) problems.brownoutEveryMinutes = 'At least a minute.';
    if (lengthMs < BROWNOUT_LENGTH_MS_MIN || lengthMs > BROWNOUT_LENGTH_MS_MAX) {
      problems.brownoutSeconds = 'From a second to 15 minutes.';
    } else if (lengthMs > everyMs * BROWNOUT_SHARE_MAX) {
      problems.brownoutSeconds = 'At most a quarter of the time from one to the next.';
    }
  }
  return problems;
}

/** The command for a form without problems. A first brownout that was not moved keeps its exact moment. */
export function overlapInput(
  draft: OverlapDraft,
  overlap: Overlap,
): Omit<CallInput<'keys.updateOverlap'>, 'keyId'> {
  const notBefore = draft.endsWhenIdle ? fromLocalInput(draft.notBefore) : null;
  const isUnmoved =
    overlap.brownout !== null && toLocalInput(overlap.brownout.startsAt) === draft.brownoutStart;
  const startsAt = isUnmoved ? (overlap.brownout?.startsAt ?? null) : fromLocalInput(draft.brownoutStart);
  return {
    idleEndMs: draft.endsWhenIdle ? Math.round((draft.idleHours ?? 0) * HOUR_MS) : null,
    notBefore: notBefore === null ? null : timestampMs.parse(notBefore),
    brownout:
      draft.hasBrownouts && startsAt !== null
        ? {
            startsAt: timestampMs.parse(startsAt),
            everyMs: (draft.brownoutEveryMinutes ?? 0) * MINUTE_MS,
            lengthMs: (draft.brownoutSeconds ?? 0) * SECOND_MS,
          }
        : null,
  };
}
