import { timestampMs } from '#contract/ids.ts';
import { updateKeyInput, type Key } from '#contract/keys.ts';
import type { CallInput } from '#contract/contract.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';

/** What the edit form holds: texts as typed, lists one entry a line. */
export interface KeyDraft {
  readonly name: string;
  readonly neverExpires: boolean;
  /** Value of a datetime-local input. */
  readonly expiresAt: string;
  readonly noExpiryReason: string;
  readonly planId: string | null;
  readonly rateLimit: number | null;
  readonly rateWindow: RateWindow;
  readonly quota: number | null;
  readonly quotaPeriod: 'day' | 'month';
  readonly ipAllow: string;
  readonly originAllow: string;
  readonly tags: string;
  readonly externalId: string;
  readonly note: string;
}

export const RATE_WINDOWS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type RateWindow = keyof typeof RATE_WINDOWS;

type Update = CallInput<'keys.update'>;

/** The form as the key stands. A window that is not a whole unit is kept until the rate limit is changed. */
export function draftOf(key: Key): KeyDraft {
  return {
    name: key.name,
    neverExpires: key.expiresAt === null,
    expiresAt: key.expiresAt === null ? '' : toLocalInput(key.expiresAt),
    noExpiryReason: key.noExpiryReason ?? '',
    planId: key.planId,
    rateLimit: key.rateLimit?.limit ?? null,
    rateWindow: windowName(key.rateLimit?.windowMs ?? RATE_WINDOWS.minute),
    quota: key.quota?.limit ?? null,
    quotaPeriod: key.quota?.period ?? 'month',
    ipAllow: key.ipAllow.join('\n'),
    originAllow: key.originAllow.join('\n'),
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
    ...(changed('planId') && { planId: draft.planId }),
    ...(changed('rateLimit', 'rateWindow') && {
      rateLimit:
        draft.rateLimit === null
          ? null
          : { limit: draft.rateLimit, windowMs: RATE_WINDOWS[draft.rateWindow] },
    }),
    ...(changed('quota', 'quotaPeriod') && {
      quota: draft.quota === null ? null : { limit: draft.quota, period: draft.quotaPeriod },
    }),
    ...(changed('ipAllow') && { ipAllow: lines(draft.ipAllow) }),
    ...(changed('originAllow') && { originAllow: lines(draft.originAllow) }),
    ...(changed('tags') && { tags: draft.tags.split(/[\s,]+/).filter(Boolean) }),
    ...(changed('externalId') && { externalId: emptyToNull(draft.externalId) }),
    ...(changed('note') && { note: draft.note }),
  };
  const parsed = updateKeyInput.safeParse({ ...raw, keyId: key.keyId });
  const problems: Record<string, string> = {};
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems[fieldOf(issue.path)] ??= issue.message;
  }
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

function windowName(windowMs: number): RateWindow {
  const names: readonly RateWindow[] = ['second', 'minute', 'hour', 'day'];
  return names.find((name) => RATE_WINDOWS[name] === windowMs) ?? 'minute';
}

function lines(text: string): readonly string[] {
  return text
    .split(/[\n,]+/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function emptyToNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** `ipAllow.0` and `rateLimit.limit` belong to the field named first. */
function fieldOf(path: readonly PropertyKey[]): string {
  return String(path[0] ?? '');
}
