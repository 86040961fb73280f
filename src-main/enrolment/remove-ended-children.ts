import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';

/** How long a child is kept after its end: until then who still uses it is told that it expired, and not that it is unknown. */
export const CHILD_KEPT_MS = 7 * 86_400_000;
/** How long it is known after that of which version it was: longer than the log keeps its roll-ups. */
const ORIGIN_KEPT_MS = 800 * 86_400_000;
/** Of one transaction: verification waits meanwhile, some ms. */
const PART_KEYS = 25;

/** Removes the keys of children that ended some time ago, oldest first, a part at a time, with one audit event; their requests
 *  stay in the log, and of what they were stays known. Answers how many. */
export function removeEndedChildren(context: UseCaseContext): number {
  const { db, nowMs } = context;
  const keyIds = db.enrolment.removable(nowMs - CHILD_KEPT_MS, PART_KEYS);
  if (keyIds.length === 0) return 0;
  return context.command(() => {
    for (const keyId of keyIds) db.enrolment.removeChild(keyId, timestampMs.parse(nowMs));
    db.enrolment.forgetRemoved(nowMs - ORIGIN_KEPT_MS);
    return {
      value: keyIds.length,
      audit: {
        action: 'enrolment.removeEnded',
        subject: { kind: 'enrolment', id: 'ended', name: 'Ended child keys' },
        before: { keyIds },
        reason: 'Their lives ended more than seven days ago.',
      },
      changed: ['keys', 'enrolment', 'applications', 'partners', 'scopes', 'plans'],
    };
  });
}
