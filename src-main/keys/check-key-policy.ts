import type { FieldProblem } from '#contract/errors.ts';
import type { PlanId, ScopeId, ServiceId, TemplateId, TimestampMs } from '#contract/ids.ts';
import type { NamedRateLimit } from '#contract/plans.ts';
import type { Rule } from '#contract/scopes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { networkProblems } from '#main/domain/network-problems.ts';
import { limitProblems, ruleProblems } from '#main/domain/rule-problems.ts';
import { AppError } from '#main/platform/app-error.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';

/** The fields of a key that can be wrong in themselves or name something that is not there. Absent = not changed. */
export interface KeyPolicy {
  readonly scopeIds?: readonly ScopeId[] | undefined;
  readonly rules?: readonly Rule[] | undefined;
  readonly planId?: PlanId | null | undefined;
  readonly templateId?: TemplateId | null | undefined;
  readonly rateLimits?: readonly NamedRateLimit[] | undefined;
  readonly ipAllow?: readonly string[] | undefined;
  readonly serviceAllow?: readonly ServiceId[] | undefined;
}

/** Throws INVALID_INPUT for rules, addresses or doubled scopes that make no sense, SCOPE_NOT_FOUND, SERVICE_NOT_FOUND and
 *  PLAN_NOT_FOUND and TEMPLATE_NOT_FOUND for what is not there. Each names the field. */
export function checkKeyPolicy(context: UseCaseContext, policy: KeyPolicy): void {
  refuseProblems([
    ...ruleProblems(policy.rules ?? []),
    ...limitProblems(policy.rateLimits ?? []),
    ...networkProblems('ipAllow', policy.ipAllow ?? []),
    ...repeatProblems(policy.scopeIds ?? []),
  ]);
  for (const [index, id] of (policy.scopeIds ?? []).entries()) {
    if (context.db.scopes.has(id)) continue;
    const path = `scopeIds.${String(index)}`;
    const message = `${path}: there is no scope with this id. Look it up in the list of scopes.`;
    throw new AppError('SCOPE_NOT_FOUND', message, [{ path, message: 'There is no scope with this id.' }]);
  }
  for (const [index, id] of (policy.serviceAllow ?? []).entries()) {
    if (context.db.services.findName(id) !== null) continue;
    const path = `serviceAllow.${String(index)}`;
    const message = 'There is no service with this id. Look it up in the list of services.';
    throw new AppError('SERVICE_NOT_FOUND', `${path}: ${message}`, [{ path, message }]);
  }
  if (policy.planId !== undefined && policy.planId !== null && !context.db.plans.has(policy.planId)) {
    const message = 'planId: there is no plan with this id. Look it up in the list of plans.';
    throw new AppError('PLAN_NOT_FOUND', message, [
      { path: 'planId', message: 'There is no plan with this id.' },
    ]);
  }
  checkTemplate(context, policy.templateId ?? null);
}

function checkTemplate(context: UseCaseContext, templateId: TemplateId | null): void {
  if (templateId === null || context.db.templates.getPolicy(templateId) !== null) return;
  const message = 'There is no template with this id. Look it up in the list of templates.';
  throw new AppError('TEMPLATE_NOT_FOUND', `templateId: ${message}`, [{ path: 'templateId', message }]);
}

/** Throws INVALID_INPUT for an expiry that is past. A reason for no expiry is asked for by the screens, not by the wire:
 *  automation that sends `expiresAt: null` has said what it wants. */
export function checkExpiry(context: UseCaseContext, expiresAt: TimestampMs | null): void {
  if (expiresAt !== null && expiresAt <= context.nowMs) {
    refuseProblems([{ path: 'expiresAt', message: 'The expiry must be in the future.' }]);
  }
}

function repeatProblems(scopeIds: readonly ScopeId[]): readonly FieldProblem[] {
  return scopeIds.flatMap((id, index) =>
    scopeIds.indexOf(id) === index
      ? []
      : [{ path: `scopeIds.${String(index)}`, message: 'This scope is named twice. Name it once.' }],
  );
}
