import type { Key } from '#contract/keys.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { bindingDraftOf } from '#renderer/bindings/binding-draft.ts';
import { limitDraftOf } from '#renderer/limits/limit-draft.ts';
import { EMPTY_DRAFT, type KeyDraft } from './key-draft.ts';

/** The draft of a key like this one, for the same application. Its expiry is not taken over: a new key has a life of its own. */
export function duplicateDraft(key: Key): KeyDraft {
  return {
    ...EMPTY_DRAFT,
    partnerId: key.partnerId,
    applicationId: key.applicationId,
    name: `${key.name} (copy)`,
    environment: key.environment,
    scopeIds: key.scopeIds,
    rules: key.rules,
    graceHours: key.expiryGraceMs === null ? null : Math.round(key.expiryGraceMs / HOUR_MS),
    planId: key.planId ?? '',
    limits: limitDraftOf(key),
    bindings: bindingDraftOf(key),
    tags: key.tags.join(' '),
    note: key.note,
  };
}
