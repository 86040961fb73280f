import { REPLAY_NOTES, type ReplayNote } from '#contract/replay.ts';
import type { ReplayPlan } from '#main/requests/replay-plan.ts';
import type { FoundRows } from './log-reader.ts';
import { hasLimits } from './policy-limits.ts';
import type { KeptCounts } from './replay-tally.ts';

type Code = ReplayNote['code'];

/** Of requests that were left as they are; each goes on from `3 requests were …`. */
const KEPT_TEXTS: readonly (readonly [Code, keyof KeptCounts, string])[] = [
  ['REPORTED_ONLY', 'reportedOnly', 'only reported by services, and decided elsewhere: left out.'],
  [
    'STATE_KEPT',
    'state',
    'refused because the key was revoked, suspended, replaced or expired then: that stays.',
  ],
  ['ORIGIN_NOT_LOGGED', 'origin', 'kept as decided by the origins of the key: the log has no origins.'],
  ['SIGNATURE_NOT_LOGGED', 'signature', 'kept as decided by their signature: the log has no signatures.'],
  [
    'SCOPES_NOT_LOGGED',
    'scopes',
    'kept as decided: the service asked for scopes by name, which are not in the log, or rules were edited since.',
  ],
  [
    'TOKEN_NOT_LOGGED',
    'token',
    'made with a token of the key and kept as decided: which part of the rights it held is not in the log. What the key itself is refused, no token may.',
  ],
  ['TEXT_CUT', 'text', 'kept as decided, because the log has their path or user agent cut or rewritten.'],
];
/** Of the whole replay. */
const WHOLE_TEXTS = {
  CAPPED: 'There are more requests than are replayed at once: the newest were taken.',
  REMOVED: 'Retention has removed the oldest requests of this range.',
  LIMITS_COUNTED:
    'Limits were counted again in the order of time, for what is saved and for the draft: a request changes where the two differ. Refused requests cost 1 here; limits that a service names in its call are not in the log.',
  SHARED_NOT_COUNTED: 'A limit is shared with many other keys; what they used was not counted along.',
  EXPIRY_LATER:
    'The new expiry is after all of these requests and refuses none of them. From then on it refuses everything.',
} as const satisfies Partial<Record<Code, string>>;

/** What the reader of a result should know of it, as sentences. */
export function replayNotes(
  plan: ReplayPlan,
  found: Pick<FoundRows, 'isCapped'>,
  kept: KeptCounts,
  removedBeforeMs: number | null,
): readonly ReplayNote[] {
  const { subjects, expiresAtMs, fromMs, toMs } = plan;
  const holds: Record<keyof typeof WHOLE_TEXTS, boolean> = {
    CAPPED: found.isCapped,
    REMOVED: removedBeforeMs !== null && removedBeforeMs > fromMs,
    LIMITS_COUNTED: subjects.some(({ saved, draft }) => hasLimits(saved.row) || hasLimits(draft.row)),
    SHARED_NOT_COUNTED: plan.isSharedUncounted,
    EXPIRY_LATER: typeof expiresAtMs === 'number' && expiresAtMs >= toMs,
  };
  const isWhole = (code: Code): code is keyof typeof WHOLE_TEXTS => code in WHOLE_TEXTS;
  return [
    ...REPLAY_NOTES.filter(isWhole)
      .filter((code) => holds[code])
      .map((code) => ({ code, count: null, text: WHOLE_TEXTS[code] })),
    ...KEPT_TEXTS.filter(([, name]) => kept[name] > 0).map(([code, name, text]) => ({
      code,
      count: kept[name],
      text: `${requestsText(kept[name])} ${text}`,
    })),
  ];
}

/** `3 requests were`: what the text of a note about single requests begins with. */
export function requestsText(count: number): string {
  return count === 1 ? '1 request was' : `${count.toLocaleString('en')} requests were`;
}
