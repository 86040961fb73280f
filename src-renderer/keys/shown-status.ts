import type { KeySummary } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { StatusShapeName } from '#renderer/ui/status-shape.tsx';

/** An active key within this time of its end is shown as expiring. */
export const EXPIRING_MS = 14 * DAY_MS;
/** An active key without a request for this long is shown as unused. */
export const UNUSED_MS = 30 * DAY_MS;

/** What a key's state is shown as: its status, or one of the two views over active keys. Expiring is the more urgent one. */
export function shownStatus(
  key: Pick<KeySummary, 'status' | 'expiresAt' | 'lastUsedAt'>,
  nowMs: number,
): StatusShapeName {
  if (key.status !== 'active') return key.status;
  if (key.expiresAt !== null && key.expiresAt - nowMs <= EXPIRING_MS) return 'expiring';
  if (key.lastUsedAt === null || nowMs - key.lastUsedAt >= UNUSED_MS) return 'unused';
  return 'active';
}
