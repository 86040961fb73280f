import type { Template } from '#contract/templates.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { bindingDraftOf } from '#renderer/bindings/binding-draft.ts';
import { toLocalInput } from '#renderer/format/time.ts';
import { limitDraftOf } from '#renderer/limits/limit-draft.ts';
import { EXPIRY_CHOICES, type KeyDraft } from './key-draft.ts';

/** What a template fills in; who uses the key, its name and its note stay as typed. */
type FilledIn = Omit<KeyDraft, 'partnerId' | 'applicationId' | 'name' | 'note' | 'environment'> &
  Partial<Pick<KeyDraft, 'environment'>>;

/** The draft of a key as a template says it. An expiry that is no preset becomes a date from `nowMs` on. */
export function filledIn(template: Template, nowMs: number): FilledIn {
  return {
    templateId: template.id,
    ...(template.environment === null ? {} : { environment: template.environment }),
    scopeIds: template.scopeIds,
    rules: template.rules,
    planId: template.planId ?? '',
    limits: limitDraftOf(template),
    bindings: bindingDraftOf(template),
    tags: template.tags.join(' '),
    graceHours: template.expiryGraceMs === null ? null : template.expiryGraceMs / HOUR_MS,
    ...expiryOf(template, nowMs),
  };
}

function expiryOf(
  { expiresInMs, name }: Template,
  nowMs: number,
): Pick<KeyDraft, 'expiry' | 'expiryDate' | 'noExpiryReason'> {
  if (expiresInMs === null) {
    return { expiry: 'none', expiryDate: '', noExpiryReason: `Template ${name}` };
  }
  const preset = EXPIRY_CHOICES.find((choice) => Number(choice) * DAY_MS === expiresInMs);
  if (preset !== undefined) return { expiry: preset, expiryDate: '', noExpiryReason: '' };
  return { expiry: 'date', expiryDate: toLocalInput(nowMs + expiresInMs), noExpiryReason: '' };
}

/** Does the draft grant, limit and bind exactly what the template says? Then it can be made of it as it is, also by somebody who
 *  may not choose that. */
export function isAsTemplate(draft: KeyDraft, template: Template): boolean {
  const said = filledIn(template, 0);
  const { scopeIds, rules, planId, limits, bindings, graceHours } = draft;
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return (
    isSame(
      { scopeIds, rules, planId, limits, bindings, graceHours },
      {
        scopeIds: said.scopeIds,
        rules: said.rules,
        planId: said.planId,
        limits: said.limits,
        bindings: said.bindings,
        graceHours: said.graceHours,
      },
    ) && draft.expiry !== 'none'
  );
}
