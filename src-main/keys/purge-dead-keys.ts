import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Settings } from '#contract/settings.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { createDeadKeyQueries, type DeadKey } from '#main/sqlite/dead-key-queries.ts';

const DAY_MS = 86_400_000;
/** Of one transaction: verification waits meanwhile, some ms. */
const PART_KEYS = 25;

/** Removes keys that were revoked or expired longer ago than the settings keep them, a part at a time, with their child keys, secrets and
 *  handoffs and an audit event each. Their requests stay in the log. Answers how many; none where the settings keep them for good. */
export function purgeDeadKeys(context: UseCaseContext, days: Settings['deadKeyRetentionDays']): number {
  const { db, nowMs } = context;
  if (days === null) return 0;
  const queries = createDeadKeyQueries(db.handle);
  const found = queries.list(nowMs - days * DAY_MS, PART_KEYS);
  // A child of another one goes with it.
  const [first, ...others] = found.map((key) => auditOf(key, days));
  if (first === undefined) return 0;
  return context.command(() => {
    queries.remove(
      found.map(({ keyId }) => keyId),
      nowMs,
    );
    return {
      value: found.length,
      audit: first,
      furtherAudits: others,
      changed: ['keys', 'enrolment', 'handoffs', 'applications', 'partners', 'scopes', 'plans'],
    };
  });
}

/** How many keys a retention would remove now. */
export function previewPurge(
  { db, nowMs }: UseCaseContext,
  { deadKeyRetentionDays }: HandlerInput<'settings.previewPurge'>,
): Output<'settings.previewPurge'> {
  return { keysRemoved: createDeadKeyQueries(db.handle).count(nowMs - deadKeyRetentionDays * DAY_MS) };
}

function auditOf({ keyId, name, ...before }: DeadKey, days: number): AuditDraft {
  const { revokedAtMs, endsAtMs, childCount, handoffCount } = before;
  return {
    action: 'keys.purge',
    subject: { kind: 'key', id: keyId, name },
    before: { revokedAt: revokedAtMs, expiresAt: endsAtMs, children: childCount, handoffs: handoffCount },
    reason: `It was ${revokedAtMs === null ? 'expired' : 'revoked'} for longer than ${String(days)} days, as long as such keys are kept.`,
  };
}
