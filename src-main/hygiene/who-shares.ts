import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { rulesFor } from '#main/domain/party-rules.ts';
import { getKey } from '#main/keys/get-key.ts';
import { createSharingDismissalQueries } from '#main/sqlite/sharing-dismissal-queries.ts';
import { evidenceOf } from './callers-of.ts';
import { viewDismissal } from './dismiss-sharing.ts';
import { grantedRules } from './granted-rules.ts';
import type { KeyHealth } from './key-health.ts';
import { lastSplit, viewSplit } from './view-split.ts';

/** Makes hygiene.sharing: the parties of one key with rules for each, and what became of a split. Throws KEY_NOT_FOUND. */
export function createWhoShares(health: (context: UseCaseContext) => Promise<KeyHealth>) {
  return async (
    context: UseCaseContext,
    { keyId }: HandlerInput<'hygiene.sharing'>,
  ): Promise<Output<'hygiene.sharing'>> => {
    const key = getKey(context, { keyId });
    const known = await health(context);
    const habits = known.habits.get(keyId);
    const split = lastSplit(context, keyId);
    const dismissal = createSharingDismissalQueries(context.db.handle).get(keyId);
    const { allows } = grantedRules(context, key);
    return {
      isSuspected: known.suspected.includes(keyId),
      dismissal: dismissal === null ? null : viewDismissal(dismissal, known.suspected.includes(keyId)),
      evidence: evidenceOf(known, keyId),
      parties: (habits?.parties ?? []).map((party) => ({
        ...party,
        // Endpoints that are not told could not be called any more.
        rules:
          party.endpointCount > party.endpoints.length
            ? null
            : rulesFor(
                party.endpoints.map(({ endpoint }) => endpoint),
                allows,
              ),
      })),
      others: habits?.others ?? 0,
      split: split === null ? null : viewSplit(context, split),
    };
  };
}
