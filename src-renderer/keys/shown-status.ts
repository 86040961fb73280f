import type { KeySummary } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { StatusShapeName } from '#renderer/ui/status-shape.tsx';

/** An active key within this time of its end is shown as expiring. */
export const EXPIRING_MS = 14 * DAY_MS;
/** An active key without a request for this long is shown as unused. */
export const UNUSED_MS = 30 * DAY_MS;

/** What a key's state is shown as: its status, or one of the three views over active keys, the most urgent one. */
export function shownStatus(
  key: Pick<KeySummary, 'status' | 'expiresAt' | 'graceEndsAt' | 'lastUsedAt'>,
  nowMs: number,
): StatusShapeName {
  if (key.status !== 'active') return key.status;
  if (isShownInGrace(key, nowMs)) return 'grace';
  if (key.expiresAt !== null && key.expiresAt - nowMs <= EXPIRING_MS) return 'expiring';
  if (key.lastUsedAt === null || nowMs - key.lastUsedAt >= UNUSED_MS) return 'unused';
  return 'active';
}

/** Has the key expired, and still passes? */
export function isShownInGrace(
  key: Pick<KeySummary, 'status' | 'expiresAt' | 'graceEndsAt'>,
  nowMs: number,
): boolean {
  if (key.status === 'revoked' || key.status === 'expired') return false;
  return key.expiresAt !== null && key.graceEndsAt !== null && key.expiresAt <= nowMs;
}
