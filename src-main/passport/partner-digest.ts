import type { HandlerInput, Output } from '#contract/contract.ts';
import { DIGEST_MS, type PartnerDigest } from '#contract/digest.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getKey } from '#main/keys/get-key.ts';
import { getPartner } from '#main/partners/get-partner.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { digestSubject, digestText } from './digest-text.ts';

/** Keys that are looked at: more than any mail should be about. */
const KEYS_MAX = 200;

/** What a partner should know about the last seven days of their keys. `summaryOf` answers from the log. Throws PARTNER_NOT_FOUND. */
export async function partnerDigest(
  context: UseCaseContext,
  { partnerId }: HandlerInput<'partners.digest'>,
  summaryOf: (input: HandlerInput<'usage.summary'>) => Promise<Output<'usage.summary'>>,
): Promise<PartnerDigest> {
  const partner = getPartner(context, { partnerId });
  const to = context.nowMs;
  const from = timestampMs.parse(to - DIGEST_MS);
  const keys = keysOf(context, partnerId);
  const { helpContact } = readSettings(context.db);
  const { totals, topKeys } = await summaryOf({ partnerId, from, to });
  const parts = {
    ...{ partner, from, to, totals, keys },
    usage: topKeys,
    contact: helpContact,
  };
  return {
    partnerId,
    contactEmail: partner.contactEmail,
    from,
    to,
    subject: digestSubject(parts),
    text: digestText(parts),
  };
}

/** Keys that may work, children left out: they come and go by themselves. */
function keysOf(context: UseCaseContext, partnerId: PartnerDigest['partnerId']): readonly Key[] {
  return context.db.applications
    .keysOf({ applicationId: null, partnerId }, KEYS_MAX)
    .filter(({ isRevoked }) => isRevoked === 0)
    .map(({ id }) => getKey(context, { keyId: id }))
    .filter(({ parent }) => parent === null);
}
