import type { HandlerInput, Output } from '#contract/contract.ts';
import type { TemplateKey } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { withChanges } from '#main/domain/changed-fields.ts';
import { policyDrift } from '#main/domain/policy-drift.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import { getTemplate } from './get-template.ts';

/** One page of the keys of a template, each with where it differs from it, or from `draft`. The cursor is the id of the last
 *  key. Throws TEMPLATE_NOT_FOUND. */
export function listTemplateKeys(
  context: UseCaseContext,
  { templateId, draft, cursor, limit }: HandlerInput<'templates.keys'>,
): Output<'templates.keys'> {
  const stored = getTemplate(context, { templateId });
  const template = withChanges(stored, draft ?? {});
  // One more than asked for tells whether there is a next page.
  const ids = context.db.templates.listKeys(templateId, cursor ?? '', limit + 1);
  const page = ids.slice(0, limit);
  const items = page.map((keyId): TemplateKey => {
    const key = viewKey(context, loadKey(context, keyId));
    const { name, status, applicationName, partnerName } = key;
    return { keyId, name, status, applicationName, partnerName, drift: policyDrift(key, template) };
  });
  return {
    items,
    nextCursor: ids.length > limit ? (page.at(-1) ?? null) : null,
    total: stored.keyCount,
  };
}
