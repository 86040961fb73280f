import type { HandlerInput, Output } from '#contract/contract.ts';
import { DIGEST_LATE_MS, type PartnerDigest } from '#contract/digest.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { nextWeekly } from '#main/domain/weekly-time.ts';
import { isMailOn, mailContact } from '#main/letters/mail-contact.ts';
import { createDigestQueries, type StoredDigest } from '#main/sqlite/digest-queries.ts';
import { partnerDigest } from './partner-digest.ts';

/** Digests of one look: the others come a minute later. */
const AT_ONCE_MAX = 20;

type SummaryOf = (input: HandlerInput<'usage.summary'>) => Promise<Output<'usage.summary'>>;

/** Mails every digest whose time has come, once. While mail is off or the log is down it waits, up to DIGEST_LATE_MS; then this week's is
 *  left out. `context` makes one for each step: time goes on between them. Rejects with what the log refuses. */
export async function sendDigests(context: () => UseCaseContext, summaryOf: SummaryOf): Promise<void> {
  const first = context();
  for (const due of createDigestQueries(first.db.handle).due(first.nowMs, AT_ONCE_MAX)) {
    const now = context();
    if (now.nowMs - due.nextAtMs > DIGEST_LATE_MS) {
      settle(now, due, null);
    } else if (isMailOn(now)) {
      settle(context(), due, await partnerDigest(now, { partnerId: due.partnerId }, summaryOf));
    }
  }
}

/** Sends it, or leaves it out, and sets the next; nothing where somebody has changed the schedule since. */
function settle(context: UseCaseContext, due: StoredDigest, digest: PartnerDigest | null): void {
  const digests = createDigestQueries(context.db.handle);
  const { partnerId } = due;
  if (digests.get(partnerId)?.nextAtMs !== due.nextAtMs) return;
  const partner = context.db.partners.get(partnerId);
  if (partner === null) return;
  const about = { kind: 'partner', id: partnerId, name: partner.name } as const;
  context.command(() => {
    const mailed =
      digest === null
        ? null
        : mailContact(context, {
            kind: 'digest',
            to: digest.contactEmail,
            subject: digest.subject,
            text: digest.text,
            about,
            onceKey: `digest ${partnerId} ${String(due.nextAtMs)}`,
          });
    const nextAtMs = timestampMs.parse(nextWeekly(due, context.nowMs));
    digests.put({
      ...due,
      nextAtMs,
      lastSentAtMs: mailed === null ? due.lastSentAtMs : context.nowMs,
    });
    return {
      value: null,
      audit: {
        action: mailed === null ? 'partners.skipDigest' : 'partners.sendDigest',
        subject: about,
        after: { nextAt: nextAtMs },
      },
      ...(mailed === null ? {} : { furtherAudits: [mailed.audit] }),
      changed: [...new Set(['partners' as const, ...(mailed?.changed ?? [])])],
    };
  });
}
