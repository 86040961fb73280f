import type { ApproveInput } from '#contract/access-procedures.ts';
import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { AccessSettings } from '#contract/access-settings.ts';
import type { CallInput } from '#contract/contract.ts';
import { timestampMs, type ApplicationId, type PartnerId, type PlanId, type ScopeId } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import { POLICY_FIELDS } from '#contract/policy-fields.ts';
import type { Template } from '#contract/templates.ts';
import { DAY_MS } from '#contract/usage.ts';

/** Stands for an application or a partner that is made with the approval. */
export const NEW = 'new';

/** What the key may, how much and how long: as the template of the product's tier says, or scopes by hand with the limits of a trial
 *  or of a plan. */
export type Terms = 'template' | 'trial' | 'plan';
/** Days to choose from; `never` keeps the reference as the reason. */
export const LIVES = ['30', '90', '365', 'never'] as const;
export type Life = (typeof LIVES)[number];

/** What a person decides about a request. */
export interface ApproveDraft {
  readonly applicationId: ApplicationId | typeof NEW;
  readonly partnerId: PartnerId | typeof NEW;
  readonly partnerName: string;
  readonly tier: string;
  readonly applicationName: string;
  readonly slug: string;
  readonly keyName: string;
  readonly environment: Environment;
  readonly scopeIds: readonly ScopeId[];
  /** Endpoints that no scope allows become rules of the key's own. */
  readonly hasOwnRules: boolean;
  readonly terms: Terms;
  readonly planId: PlanId | null;
  readonly life: Life;
  readonly answer: string;
}

/** A draft as the request suggests it: the application that has the same contact, else a new one; the tier that was asked for, else a
 *  trial. */
export function startApproval(request: AccessRequestDetail): ApproveDraft {
  const known = request.applications.find(({ hasSameContact }) => hasSameContact);
  return {
    applicationId: known?.id ?? NEW,
    partnerId: NEW,
    partnerName: request.team,
    tier: 'external',
    applicationName: request.application,
    slug: request.suggestedSlug,
    keyName: request.application,
    environment: request.tierTemplate?.environment ?? request.environment,
    scopeIds: request.suggestedScopeIds,
    hasOwnRules: false,
    terms: request.tierTemplate === null ? 'trial' : 'template',
    planId: null,
    life: '90',
    answer: '',
  };
}

/** Wanted endpoints that the chosen scopes do not allow. */
export function uncoveredOf(
  { judged }: AccessRequestDetail,
  { scopeIds }: Pick<ApproveDraft, 'scopeIds'>,
): AccessRequestDetail['judged'] {
  return judged.filter(({ scopes }) => !scopes.some(({ id }) => scopeIds.includes(id)));
}

/** Why it cannot be sent yet; undefined when it can. */
export function approvalProblem(request: AccessRequestDetail, draft: ApproveDraft): string | undefined {
  if (draft.keyName.trim() === '') return 'Give the key a name.';
  if (draft.terms === 'plan' && draft.planId === null) return 'Choose a plan, or make it a trial.';
  if (draft.terms === 'template' || draft.scopeIds.length > 0) return undefined;
  if (draft.hasOwnRules && uncoveredOf(request, draft).length > 0) return undefined;
  return 'Choose at least one scope: the key could call nothing.';
}

/** The fields of the procedure, but for how the key is delivered. */
export function approvalFields(
  request: AccessRequestDetail,
  draft: ApproveDraft,
  { trial, nowMs }: { readonly trial: AccessSettings['trial']; readonly nowMs: number },
): Pick<CallInput<'accessRequests.approve'>, 'accessRequestId' | 'grantee' | 'key' | 'answer'> {
  const { tierTemplate } = request;
  if (draft.terms === 'template' && tierTemplate !== null) {
    return {
      accessRequestId: request.id,
      grantee: granteeOf(draft),
      key: keyOfTier(request, draft, { template: tierTemplate, nowMs }),
      answer: draft.answer,
    };
  }
  const days = draft.terms === 'trial' ? trial.days : draft.life === 'never' ? null : Number(draft.life);
  const isTrial = draft.terms === 'trial';
  return {
    accessRequestId: request.id,
    grantee: granteeOf(draft),
    key: {
      name: draft.keyName,
      environment: draft.environment,
      scopeIds: [...draft.scopeIds],
      rules: draft.hasOwnRules
        ? uncoveredOf(request, draft).map(({ method, path }) => ({
            effect: 'allow' as const,
            methods: [method],
            path,
          }))
        : [],
      ...(isTrial ? { rateLimit: trial.rateLimit, quota: trial.quota } : { planId: draft.planId }),
      expiresAt: days === null ? null : timestampMs.parse(nowMs + days * DAY_MS),
      noExpiryReason: days === null ? `Approved request ${request.reference}` : null,
      tags: isTrial ? ['trial'] : [],
      note: `Asked for by ${request.reference}.`,
    },
    answer: draft.answer,
  };
}

/** As the template says; a change of it meanwhile shows as drift of the key. */
function keyOfTier(
  { reference }: AccessRequestDetail,
  { keyName, environment }: ApproveDraft,
  { template, nowMs }: { readonly template: Template; readonly nowMs: number },
): CallInput<'accessRequests.approve'>['key'] {
  const { expiresInMs, tags } = template;
  return {
    ...Object.fromEntries(POLICY_FIELDS.map((field) => [field, template[field]])),
    templateId: template.id,
    name: keyName,
    environment,
    expiresAt: expiresInMs === null ? null : timestampMs.parse(nowMs + expiresInMs),
    noExpiryReason: expiresInMs === null ? `Template ${template.name}` : null,
    tags: [...tags],
    note: `Asked for by ${reference}.`,
  };
}

function granteeOf(draft: ApproveDraft): ApproveInput['grantee'] {
  const { applicationId, partnerId, slug, tier, partnerName } = draft;
  const name = draft.applicationName;
  if (applicationId !== NEW) return { kind: 'application', applicationId };
  return partnerId === NEW
    ? { kind: 'new_partner', partnerName, tier, name, slug }
    : { kind: 'new_application', partnerId, name, slug };
}
