import type { HandlerInput, Output } from '#contract/contract.ts';
import type { PolicyField } from '#contract/policy-fields.ts';
import type { UseCaseContext } from '#main/context.ts';
import { withChanges } from '#main/domain/changed-fields.ts';
import { driftFrom } from '#main/domain/policy-drift.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { getTemplate } from './get-template.ts';

/** Keys whose ids are read at once. */
const IDS_A_TURN = 500;

/** Makes templates.drift: reads every key of the template, giving way to verifications in between. */
export function createCountDrift(monotonicMs: () => number) {
  return async (
    context: UseCaseContext,
    { templateId, draft }: HandlerInput<'templates.drift'>,
  ): Promise<Output<'templates.drift'>> => {
    const driftOf = driftFrom(withChanges(getTemplate(context, { templateId }), draft ?? {}));
    const turns = new TurnTaker(monotonicMs);
    const counts = new Map<PolicyField, number>();
    let keys = 0;
    let differing = 0;
    let ids = context.db.templates.listKeys(templateId, '', IDS_A_TURN);
    while (ids.length > 0) {
      for (const keyId of ids) {
        const key = context.db.keys.get(keyId);
        if (key === null) continue;
        const drift = driftOf({ ...key, scopeIds: key.scopes.map(({ id }) => id) });
        keys += 1;
        if (drift.length > 0) differing += 1;
        for (const field of drift) counts.set(field, (counts.get(field) ?? 0) + 1);
        await turns.giveWay();
      }
      ids = context.db.templates.listKeys(templateId, ids.at(-1) ?? '', IDS_A_TURN);
    }
    const fields = [...counts].map(([field, of]) => ({ field, keys: of }));
    return { keys, differing, fields: fields.toSorted((one, other) => other.keys - one.keys) };
  };
}
