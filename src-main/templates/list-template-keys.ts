import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { TemplateKey } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { withChanges } from '#main/domain/changed-fields.ts';
import { driftFrom } from '#main/domain/policy-drift.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import { TurnTaker } from '#main/keys/turn-taker.ts';
import { getTemplate } from './get-template.ts';

type Page = Output<'templates.keys'>;

/** Makes templates.keys: one page of the keys of a template, each with where it differs from it, or from `draft`. The cursor is the id of
 *  the last key. Where only those that differ are asked for, all keys up to the last of them are read, giving way to verifications. */
export function createListTemplateKeys(monotonicMs: () => number) {
  return async (
    context: UseCaseContext,
    { templateId, draft, onlyDiffering, cursor, limit }: HandlerInput<'templates.keys'>,
  ): Promise<Page> => {
    const stored = getTemplate(context, { templateId });
    const driftOf = driftFrom(withChanges(stored, draft ?? {}));
    const turns = new TurnTaker(monotonicMs);
    const items: TemplateKey[] = [];
    let after: string = cursor ?? '';
    for (;;) {
      // One more than is missing tells whether there is a next page.
      const ids: readonly KeyId[] = context.db.templates.listKeys(templateId, after, limit + 1);
      for (const [index, keyId] of ids.entries()) {
        if (items.length === limit) return { items, nextCursor: after, total: stored.keyCount };
        // The one beyond the page, when more follow: it is read with them.
        if (index === limit) break;
        after = keyId;
        // Removed meanwhile, with the sample data.
        if (context.db.keys.getState(keyId) === null) continue;
        const key = viewKey(context, loadKey(context, keyId));
        const drift = driftOf(key);
        const { name, status, applicationName, partnerName } = key;
        if (!onlyDiffering || drift.length > 0)
          items.push({ keyId, name, status, applicationName, partnerName, drift });
        await turns.giveWay();
      }
      if (ids.length <= limit) return { items, nextCursor: null, total: stored.keyCount };
    }
  };
}
