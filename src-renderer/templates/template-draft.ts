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
import { DAY_MS } from '#contract/usage.ts';
import {
  bindingDraftOf,
  NO_BINDINGS,
  typedBindings,
  type BindingDraft,
} from '#renderer/bindings/binding-draft.ts';
import { formProblems } from '#renderer/format/form-problems.ts';
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
  };
}

/** One problem of the form: the id of its field, the field's label, what to do. */
export interface TemplateProblem {
  readonly fieldId: string;
  readonly label: string;
  readonly message: string;
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  description: 'Description',
  environment: 'Environment',
  scopeIds: 'Scopes',
  rules: 'Rules',
  planId: 'Plan',
  rateLimit: 'Rate limit',
  rateLimits: 'Further rate limits',
  quota: 'Quota',
  ipAllow: 'Allowed addresses',
  originAllow: 'Allowed origins',
  userAgentAllow: 'Allowed user agents',
  serviceAllow: 'Services',
  timeAllow: 'Hours',
  expiresInMs: 'Keys live for',
  rotateEveryMs: 'Rotation',
  tags: 'Tags',
};

/** Fields that have controls of their own inside: `quota.timeZone`, `rateLimits.0.name`. */
const WITH_PARTS = /^(?:(?:rateLimit|quota)\.\w+|(?:rateLimits|timeAllow)\.\d+\.\w+)/;

/** Id of the control for a field of the contract. */
export function templateFieldId(path: string): string {
  const [part] = WITH_PARTS.exec(path) ?? [];
  const [name = ''] = path.split('.');
  const field = part ?? (name === 'rateLimit' || name === 'quota' ? `${name}.limit` : name);
  return `template-${field.replaceAll('.', '-')}`;
}

/** Places a problem that names an input path at the field of the form that holds it. */
export function templateProblem(path: string, message: string): TemplateProblem {
  const [name = ''] = path.split('.');
  return { fieldId: templateFieldId(path), label: LABELS[name] ?? 'Template', message };
}

/** What `templates.create` takes, or everything that keeps the draft from being that, in the order of the form. */
export function readTemplateDraft(
  draft: TemplateDraft,
):
  | { readonly ok: true; readonly input: CreateTemplateInput }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
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
    isForIssuers: draft.isForIssuers,
  });
  if (parsed.success && problems.length === 0) return { ok: true, input: parsed.data };
  const taken = new Set(problems.map(({ fieldId }) => fieldId));
  for (const { path, message } of formProblems(parsed.error)) {
    const problem = templateProblem(path, message);
    if (!taken.has(problem.fieldId)) problems.push(problem);
    taken.add(problem.fieldId);
  }
  const order = Object.values(LABELS);
  return {
    ok: false,
    problems: problems.toSorted((one, other) => order.indexOf(one.label) - order.indexOf(other.label)),
  };
}

function daysMs(days: number): number {
  return Math.round(days * DAY_MS);
}
