import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { relativeTime } from '#renderer/format/time.ts';
import { counted } from '#renderer/format/numbers.ts';
import { callersPhrase } from '#renderer/hygiene/callers-words.ts';
import { isShownInGrace } from '#renderer/keys/shown-status.ts';

const STATUS_WORDS: Readonly<Record<Key['status'], string>> = {
  active: 'Active',
  rotating: 'Rotating',
  suspended: 'Suspended',
  expired: 'Expired',
  revoked: 'Revoked',
};

/**
 * The state of a key as people say it: `Active, used 1 min ago by 3 callers, expires in 61 days.` `callerCount` counts
 * distinct callers of the last 24 hours; null while it is not known.
 */
export function statusSentence(
  key: Pick<
    Key,
    'status' | 'lastUsedAt' | 'expiresAt' | 'graceEndsAt' | 'overlapEndsAt' | 'revocation' | 'suspension'
  >,
  callerCount: number | null,
  nowMs: number,
): string {
  const parts = [stateText(key, nowMs), lastUseText(key.lastUsedAt, callerCount, nowMs), endText(key, nowMs)];
  return `${parts.filter((part) => part !== null).join(', ')}.`;
}

function stateText(key: Parameters<typeof statusSentence>[0], nowMs: number): string {
  const word = STATUS_WORDS[key.status];
  if (key.revocation !== null) return `${word} ${ago(key.revocation.at, nowMs)}`;
  if (key.status === 'rotating' && key.overlapEndsAt !== null) {
    return `${word}, old secret ends ${relativeTime(key.overlapEndsAt, nowMs)}`;
  }
  if (key.status === 'suspended' && key.suspension !== null)
    return `${word} ${ago(key.suspension.at, nowMs)}`;
  return word;
}

function lastUseText(lastUsedAt: number | null, callerCount: number | null, nowMs: number): string {
  if (lastUsedAt === null) return 'never used';
  const by = callerCount === null || callerCount === 0 ? '' : ` by ${callersPhrase(callerCount)}`;
  return `used ${ago(lastUsedAt, nowMs)}${by}`;
}

function endText(key: Parameters<typeof statusSentence>[0], nowMs: number): string | null {
  if (key.status === 'revoked') return null;
  if (key.expiresAt === null) return 'never expires';
  if (key.expiresAt <= nowMs) return `expired ${ago(key.expiresAt, nowMs)}${graceText(key, nowMs)}`;
  // Whole days up to a year: "in 2 months" is too coarse for somebody who plans a rotation.
  const days = Math.trunc((key.expiresAt - nowMs) / DAY_MS);
  const when = days >= 2 && days <= 365 ? `in ${counted(days, 'day')}` : relativeTime(key.expiresAt, nowMs);
  return `expires ${when}`;
}

function graceText(key: Parameters<typeof statusSentence>[0], nowMs: number): string {
  if (key.graceEndsAt === null || !isShownInGrace(key, nowMs)) return '';
  return `, in grace, refused ${relativeTime(key.graceEndsAt, nowMs)}`;
}

function ago(atMs: number, nowMs: number): string {
  const text = relativeTime(Math.min(atMs, nowMs), nowMs);
  return text === 'now' ? 'just now' : text;
}
