import { environment, type Environment } from '#contract/key-policy.ts';
import type { Key } from '#contract/keys.ts';
import type { Rule } from '#contract/scopes.ts';
import type { ScopeId } from '#contract/ids.ts';
import {
  createTemplateInput,
  type CreateTemplateInput,
  type Template,
  type TemplatePolicy,
} from '#contract/templates.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import {
  bindingDraftOf,
  NO_BINDINGS,
  typedBindings,
  type BindingDraft,
} from '#renderer/bindings/binding-draft.ts';
import {
  controlId,
  entryOf,
  GRANT_LABELS,
  LIMIT_LABELS,
  orderedProblems,
  type FormProblem,
} from '#renderer/keys/policy-fields.ts';
import { limitDraftOf, NO_LIMITS, typedLimits, type LimitDraft } from '#renderer/limits/limit-draft.ts';

/** What the form of a template holds while it is filled in. */
export interface TemplateDraft {
  readonly name: string;
  readonly description: string;
  /** '' = whoever makes a key chooses. */
  readonly environment: Environment | '';
  readonly scopeIds: readonly ScopeId[];
  readonly rules: readonly Rule[];
  /** '' = no plan. */
  readonly planId: string;
  readonly limits: LimitDraft;
  readonly bindings: BindingDraft;
  readonly neverExpires: boolean;
  readonly expiresInDays: number | null;
  /** Days; null = no reminder. */
  readonly rotateEveryDays: number | null;
  /** Hours that its keys pass after their expiry; null = none. */
  readonly graceHours: number | null;
  readonly tags: string;
  readonly isForIssuers: boolean;
}

/** A new template: keys for 90 days that may call nothing yet. */
export const EMPTY_TEMPLATE: TemplateDraft = {
  name: '',
  description: '',
  environment: '',
  scopeIds: [],
  rules: [],
  planId: '',
  limits: NO_LIMITS,
  bindings: NO_BINDINGS,
  neverExpires: false,
  expiresInDays: 90,
  rotateEveryDays: null,
  graceHours: null,
  tags: '',
  isForIssuers: false,
};

/** A template as it stands, to be edited. */
export function draftOfTemplate(template: Template): TemplateDraft {
  return {
    ...policyDraft(template),
    name: template.name,
    description: template.description,
    environment: template.environment ?? '',
    neverExpires: template.expiresInMs === null,
    expiresInDays: template.expiresInMs === null ? null : template.expiresInMs / DAY_MS,
    tags: template.tags.join(' '),
    isForIssuers: template.isForIssuers,
  };
}

/** A new template out of a key: its policy, and the life it was given. */
export function draftOfKey(key: Key): TemplateDraft {
  const lifeMs = key.expiresAt === null ? null : key.expiresAt - key.createdAt;
  return {
    ...EMPTY_TEMPLATE,
    ...policyDraft(key),
    name: key.name,
    environment: key.environment,
    neverExpires: lifeMs === null,
    expiresInDays: lifeMs === null ? null : Math.max(1, Math.round(lifeMs / DAY_MS)),
    tags: key.tags.join(' '),
  };
}

function policyDraft(policy: TemplatePolicy) {
  return {
    scopeIds: policy.scopeIds,
    rules: policy.rules,
    planId: policy.planId ?? '',
    limits: limitDraftOf(policy),
    bindings: bindingDraftOf(policy),
    rotateEveryDays: policy.rotateEveryMs === null ? null : policy.rotateEveryMs / DAY_MS,
    graceHours: policy.expiryGraceMs === null ? null : policy.expiryGraceMs / HOUR_MS,
  };
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  environment: 'Environment',
  ...GRANT_LABELS,
  ...LIMIT_LABELS,
  expiresInMs: 'Keys live for',
  expiryGraceMs: 'Grace after the expiry',
  rotateEveryMs: 'Rotation',
  tags: 'Tags',
};

/** Id of the control for a field of the contract. */
export const templateFieldId = (path: string): string => controlId('template', path);

/** Places a problem that names an input path at the field of the form that holds it. */
export function templateProblem(path: string, message: string): FormProblem {
  const [name = ''] = path.split('.');
  const label = `${LABELS[name] ?? 'Template'}${entryOf(path)}`;
  return { fieldId: templateFieldId(path), label, message };
}

/** What `templates.create` takes, or everything that keeps the draft from being that, in the order of the form. */
export function readTemplateDraft(
  draft: TemplateDraft,
):
  | { readonly ok: true; readonly input: CreateTemplateInput }
  | { readonly ok: false; readonly problems: readonly FormProblem[] } {
  const problems: FormProblem[] = [];
  if (!draft.neverExpires && draft.expiresInDays === null) {
    problems.push(
      templateProblem('expiresInMs', 'Say how many days a key of it lives, or that it never expires.'),
    );
  }
  const parsed = createTemplateInput.safeParse({
    name: draft.name,
    description: draft.description,
    environment: environment.safeParse(draft.environment).data ?? null,
    scopeIds: draft.scopeIds,
    rules: draft.rules,
    planId: draft.planId === '' ? null : draft.planId,
    ...typedLimits(draft.limits),
    ...typedBindings(draft.bindings),
    tags: draft.tags.split(/[\s,]+/).filter((tag) => tag !== ''),
    expiresInMs: draft.neverExpires ? null : daysMs(draft.expiresInDays ?? 1),
    rotateEveryMs: draft.rotateEveryDays === null ? null : daysMs(draft.rotateEveryDays),
    expiryGraceMs: draft.graceHours === null ? null : draft.graceHours * HOUR_MS,
    isForIssuers: draft.isForIssuers,
  });
  if (parsed.success && problems.length === 0) return { ok: true, input: parsed.data };
  const form = { labels: Object.values(LABELS), place: templateProblem };
  return { ok: false, problems: orderedProblems(problems, parsed.error, form) };
}

function daysMs(days: number): number {
  return Math.round(days * DAY_MS);
}
