import type { HandlerInput } from '#contract/contract.ts';
import type { DigestSchedule } from '#contract/digest.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { nextWeekly } from '#main/domain/weekly-time.ts';
import { isMailOn } from '#main/letters/mail-contact.ts';
import { getPartner } from '#main/partners/get-partner.ts';
import { createDigestQueries, type StoredDigest } from '#main/sqlite/digest-queries.ts';

/** Whether and when a partner is mailed its digest. Throws PARTNER_NOT_FOUND. */
export function digestSchedule(
  context: UseCaseContext,
  { partnerId }: HandlerInput<'partners.digestSchedule'>,
): DigestSchedule {
  getPartner(context, { partnerId });
  return viewOf(context, createDigestQueries(context.db.handle).get(partnerId));
}

/** Begins, moves or ends the weekly digest of a partner. Throws PARTNER_NOT_FOUND. */
export function setDigest(
  context: UseCaseContext,
  { partnerId, time }: HandlerInput<'partners.setDigest'>,
): DigestSchedule {
  return context.command(() => {
    const digests = createDigestQueries(context.db.handle);
    const { name } = getPartner(context, { partnerId });
    const before = digests.get(partnerId);
    if (time === null) digests.delete(partnerId);
    else {
      const nextAtMs = timestampMs.parse(nextWeekly(time, context.nowMs));
      digests.put({ partnerId, ...time, nextAtMs, lastSentAtMs: before?.lastSentAtMs ?? null });
    }
    return {
      value: viewOf(context, digests.get(partnerId)),
      audit: {
        action: 'partners.setDigest',
        subject: { kind: 'partner', id: partnerId, name },
        before: { digest: before === null ? null : timeOf(before) },
        after: { digest: time },
      },
      changed: ['partners'],
    };
  });
}

function viewOf(context: UseCaseContext, stored: StoredDigest | null): DigestSchedule {
  return {
    time: stored === null ? null : timeOf(stored),
    nextAt: stored?.nextAtMs ?? null,
    lastSentAt: stored?.lastSentAtMs ?? null,
    isMailOn: isMailOn(context),
  };
}

function timeOf({ weekday, hour, timeZone }: StoredDigest) {
  return { weekday, hour, timeZone };
}
