import { CALLERS_TOLD_MAX } from '#contract/callers-told.ts';
import type { SharingEvidence } from '#contract/hygiene.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** `3`; `500+` where more are not told apart. */
export function callersText(callers: number): string {
  return callers >= CALLERS_TOLD_MAX ? `${count(CALLERS_TOLD_MAX)}+` : count(callers);
}

/** `3 callers`. */
export function callersPhrase(callers: number): string {
  return `${callersText(callers)} ${callers === 1 ? 'caller' : 'callers'}`;
}

/** Who used a key in the last 24 hours, beside what is usual for it. */
export function callersSentence(evidence: SharingEvidence): string {
  const { callers, callersADay, callersWeek, baselineDays } = evidence;
  const now = `${callersPhrase(callers)} in the last 24 hours`;
  const week = `${callersText(callersWeek)} in 7 days`;
  if (baselineDays === 0) return `${now}, ${week}; no day before to compare with.`;
  const days = baselineDays === 1 ? 'the one day' : `any of the ${counted(baselineDays, 'day')}`;
  return `${now}, ${week}; at most ${callersText(callersADay)} on ${days} with requests in the 28 before.`;
}
