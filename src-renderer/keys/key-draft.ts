import { z } from 'zod';
import { applicationId, partnerId, templateId } from '#contract/ids.ts';
import { createKeyInput, environment, updateKeyInput, type CreateKeyInput } from '#contract/key-policy.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { bindingDraft, NO_BINDINGS, typedBindings } from '#renderer/bindings/binding-draft.ts';
import { fromLocalInput } from '#renderer/format/time.ts';
import { limitDraft, NO_LIMITS, typedLimits } from '#renderer/limits/limit-draft.ts';
import {
  controlId,
  entryOf,
  GRANT_LABELS,
  LIMIT_LABELS,
  orderedProblems,
  type FormProblem,
} from './policy-fields.ts';

/** Ways to say when a key ends: days from now, a date, or never. */
export const EXPIRY_CHOICES = ['7', '30', '90', '180', 'date', 'none'] as const;

/** What the create page holds while it is filled in. No secret is involved: it may be kept for the tab. */
const keyDraft = z.object({
  /** The template it was filled in from; null: none. */
  templateId: templateId.nullable(),
  partnerId: partnerId.nullable(),
  applicationId: applicationId.nullable(),
  name: z.string(),
  environment,
  scopeIds: updateKeyInput.shape.scopeIds.unwrap(),
  rules: updateKeyInput.shape.rules.unwrap(),
  expiry: z.enum(EXPIRY_CHOICES),
  /** Of a datetime-local input. */
  expiryDate: z.string(),
  noExpiryReason: z.string(),
  /** For how long the key still passes after its expiry; null: not at all. */
  graceHours: z.number().nullable(),
  planId: z.string(),
  limits: limitDraft,
  bindings: bindingDraft,
  /** Separated by commas or spaces. */
  tags: z.string(),
  note: z.string(),
});
export type KeyDraft = z.output<typeof keyDraft>;

/** An empty draft: live, for 90 days, nothing allowed. */
export const EMPTY_DRAFT: KeyDraft = {
  templateId: null,
  partnerId: null,
  applicationId: null,
  name: '',
  environment: 'live',
  scopeIds: [],
  rules: [],
  expiry: '90',
  expiryDate: '',
  noExpiryReason: '',
  graceHours: null,
  planId: '',
  limits: NO_LIMITS,
  bindings: NO_BINDINGS,
  tags: '',
  note: '',
};

const STORAGE_KEY = 'latchkey.keyDraft';

/** The draft this tab was left with, or null. */
export function savedDraft(): KeyDraft | null {
  const text = sessionStorage.getItem(STORAGE_KEY);
  if (text === null) return null;
  try {
    const parsed = keyDraft.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Has anything been filled in? What the address names and the environment that is looked at count for nothing. */
export function isFilledIn(draft: KeyDraft): boolean {
  const { environment, partnerId: partner, applicationId: application } = draft;
  const start = { ...EMPTY_DRAFT, environment, partnerId: partner, applicationId: application };
  return JSON.stringify(keyDraft.parse(draft)) !== JSON.stringify(keyDraft.parse(start));
}

/** Keeps the draft for this tab; null forgets it. */
export function saveDraft(draft: KeyDraft | null): void {
  if (draft === null) sessionStorage.removeItem(STORAGE_KEY);
  else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
}

/** When the key would end, ms UTC; null for never; undefined when a date is wanted and none is readable. */
export function expiryOf(draft: KeyDraft, nowMs: number): number | null | undefined {
  if (draft.expiry === 'none') return null;
  if (draft.expiry === 'date') return fromLocalInput(draft.expiryDate) ?? undefined;
  return nowMs + Number(draft.expiry) * DAY_MS;
}

const LABELS: Readonly<Record<string, string>> = {
  partnerId: 'Partner',
  applicationId: 'Application',
  name: 'Name',
  environment: 'Environment',
  ...GRANT_LABELS,
  expiresAt: 'Expiry',
  noExpiryReason: 'Reason for no expiry',
  expiryGraceMs: 'Grace after the expiry',
  ...LIMIT_LABELS,
  tags: 'Tags',
  note: 'Note',
};

/** Controls that are not called as their field is. */
const OWN_IDS: Readonly<Record<string, string>> = {
  partnerId: 'key-partner',
  applicationId: 'key-application',
  scopeIds: 'key-scopes',
  rules: 'key-scopes',
  expiresAt: 'key-expiry',
  noExpiryReason: 'key-no-expiry-reason',
  expiryGraceMs: 'key-expiry-grace',
  planId: 'key-plan',
};

/** Id of the control for a field of the contract; the name's for what has none. */
export function fieldIdOf(path: string): string {
  const [name = ''] = path.split('.');
  return OWN_IDS[name] ?? (LABELS[name] === undefined ? 'key-name' : controlId('key', path));
}

/** Places a problem that names an input path (`ipAllow.0`) at the field of the form that holds it. */
export function problemAt(path: string, message: string): FormProblem {
  const [name = ''] = path.split('.');
  return { fieldId: fieldIdOf(path), label: `${LABELS[name] ?? 'Key'}${entryOf(path)}`, message };
}

/** The command's input, or everything that keeps the draft from being one, in the order of the form. */
export function readDraft(
  draft: KeyDraft,
  nowMs: number,
):
  | { readonly ok: true; readonly input: CreateKeyInput }
  | { readonly ok: false; readonly problems: readonly FormProblem[] } {
  const expiresAt = expiryOf(draft, nowMs);
  const problems: FormProblem[] = [];
  if (draft.applicationId === null)
    problems.push(problemAt('applicationId', 'Choose the application that uses the key.'));
  if (expiresAt === undefined) problems.push(problemAt('expiresAt', 'Choose a date and time.'));
  else if (expiresAt !== null && expiresAt <= nowMs)
    problems.push(problemAt('expiresAt', 'Choose a moment in the future.'));
  if (expiresAt === null && draft.noExpiryReason.trim() === '') {
    problems.push(problemAt('noExpiryReason', 'Say why this key never expires.'));
  }
  const parsed = createKeyInput.safeParse({
    applicationId: draft.applicationId,
    templateId: draft.templateId,
    name: draft.name,
    environment: draft.environment,
    scopeIds: draft.scopeIds,
    rules: draft.rules,
    planId: draft.planId === '' ? null : draft.planId,
    ...typedLimits(draft.limits),
    expiresAt: expiresAt ?? null,
    noExpiryReason: expiresAt === null ? draft.noExpiryReason : null,
    expiryGraceMs: expiresAt === null || draft.graceHours === null ? null : draft.graceHours * HOUR_MS,
    ...typedBindings(draft.bindings),
    tags: draft.tags.split(/[\s,]+/).filter((tag) => tag !== ''),
    note: draft.note,
  });
  if (parsed.success && problems.length === 0) return { ok: true, input: parsed.data };
  const form = { labels: Object.values(LABELS), place: problemAt };
  return { ok: false, problems: orderedProblems(problems, parsed.error, form) };
}

/** What each section of the create form gets. */
export interface SectionProps {
  readonly draft: KeyDraft;
  readonly onChange: (change: Partial<KeyDraft>) => void;
  /** What is wrong with the field of this id, if anything. */
  readonly errorOf: (fieldId: string) => string | undefined;
}
