import { timestampMs } from '#contract/ids.ts';
import { updateKeyInput } from '#contract/key-policy.ts';
import { type Key } from '#contract/keys.ts';
import type { CallInput } from '#contract/contract.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { bindingDraftOf, typedBindings, type BindingDraft } from '#renderer/bindings/binding-draft.ts';
import { signerDraftOf, typedSigners, type SignerDraft } from '#renderer/bindings/signer-draft.ts';
import { formProblems } from '#renderer/format/form-problems.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { limitDraftOf, typedLimits, type LimitDraft } from '#renderer/limits/limit-draft.ts';

/** What the edit form holds: texts as typed, lists one entry a line. */
export interface KeyDraft {
  readonly name: string;
  readonly neverExpires: boolean;
  /** Value of a datetime-local input. */
  readonly expiresAt: string;
  readonly noExpiryReason: string;
  /** A rotation is due when the secret is this many days old; null = no reminder. */
  readonly rotateEveryDays: number | null;
  /** The key passes so long after its expiry; null = not at all. */
  readonly graceHours: number | null;
  readonly planId: string | null;
  readonly limits: LimitDraft;
  readonly bindings: BindingDraft;
  readonly signers: SignerDraft;
  readonly tags: string;
  readonly externalId: string;
  readonly note: string;
}

type Update = CallInput<'keys.update'>;

/** The form as the key stands. */
export function draftOf(key: Key): KeyDraft {
  return {
    name: key.name,
    neverExpires: key.expiresAt === null,
    expiresAt: key.expiresAt === null ? '' : toLocalInput(key.expiresAt),
    noExpiryReason: key.noExpiryReason ?? '',
    rotateEveryDays: key.rotateEveryMs === null ? null : Math.round(key.rotateEveryMs / DAY_MS),
    graceHours: key.expiryGraceMs === null ? null : Math.round(key.expiryGraceMs / HOUR_MS),
    planId: key.planId,
    limits: limitDraftOf(key),
    bindings: bindingDraftOf(key),
    signers: signerDraftOf(key),
    tags: key.tags.join(' '),
    externalId: key.externalId ?? '',
    note: key.note,
  };
}

/**
 * What the form changes, as input of keys.update: only fields that differ from the key. `problems` by field of the
 * form, in words, from the contract's own schema.
 */
export function draftChanges(
  key: Key,
  draft: KeyDraft,
): {
  readonly input: Update;
  readonly problems: Readonly<Record<string, string>>;
  readonly isChanged: boolean;
} {
  const start = draftOf(key);
  const expiryMs = fromLocalInput(draft.expiresAt);
  const changed = (...fields: readonly (keyof KeyDraft)[]) =>
    fields.some((field) => draft[field] !== start[field]);
  const raw: Record<string, unknown> = {
    ...(changed('name') && { name: draft.name }),
    ...(changed('neverExpires', 'expiresAt', 'noExpiryReason') && {
      expiresAt: draft.neverExpires ? null : expiryMs,
      noExpiryReason: draft.neverExpires ? emptyToNull(draft.noExpiryReason) : null,
    }),
    ...(changed('rotateEveryDays') && {
      rotateEveryMs: draft.rotateEveryDays === null ? null : draft.rotateEveryDays * DAY_MS,
    }),
    ...(changed('graceHours') && {
      expiryGraceMs: draft.graceHours === null ? null : draft.graceHours * HOUR_MS,
    }),
    ...(changed('planId') && { planId: draft.planId }),
    ...differing(typedLimits(draft.limits), typedLimits(start.limits)),
    ...differing(typedBindings(draft.bindings), typedBindings(start.bindings)),
    ...differing(typedSigners(draft.signers), typedSigners(start.signers)),
    ...(changed('tags') && { tags: draft.tags.split(/[\s,]+/).filter(Boolean) }),
    ...(changed('externalId') && { externalId: emptyToNull(draft.externalId) }),
    ...(changed('note') && { note: draft.note }),
  };
  const parsed = updateKeyInput.safeParse({ ...raw, keyId: key.keyId });
  const problems: Record<string, string> = {};
  for (const { path, message } of formProblems(parsed.error)) problems[fieldOf(path)] ??= message;
  if (!draft.neverExpires && expiryMs === null) problems['expiresAt'] = 'Choose when the key expires.';
  if (draft.neverExpires && draft.noExpiryReason.trim() === '') {
    problems['noExpiryReason'] = 'Say why this key never expires.';
  }
  return {
    input: parsed.success ? parsed.data : { keyId: key.keyId },
    problems,
    isChanged: Object.keys(raw).length > 0,
  };
}

/** Is the chosen expiry a moment that has passed? Saving it stops the key at once. */
export function expiresAtOnce(draft: KeyDraft, nowMs: number): boolean {
  const at = timestampMs.safeParse(fromLocalInput(draft.expiresAt));
  return !draft.neverExpires && at.success && at.data <= nowMs;
}

/** The fields that are not what they were; lists and limits are compared by what they hold. */
function differing(now: object, before: object): Record<string, unknown> {
  const former = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(former.get(name))),
  );
}

function emptyToNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** The field of the form that holds a field of the contract: `ipAllow.0` is within `ipAllow`; `quota.timeZone` and
 *  `rateLimits.0.name` have controls of their own. */
export function fieldOf(path: string): string {
  const [name = ''] = path.split('.');
  return ['rateLimit', 'rateLimits', 'quota', 'timeAllow'].includes(name) ? path : name;
}
