import { POLICY_FIELDS, type PolicyField } from '#contract/policy-fields.ts';
import type { TemplatePolicy } from '#contract/templates.ts';

/** The fields in which the policy of a key differs from that of its template, in the order of POLICY_FIELDS. Scopes are a set;
 *  all other lists are compared in their order. */
export function policyDrift(key: TemplatePolicy, template: TemplatePolicy): readonly PolicyField[] {
  return driftFrom(template)(key);
}

/** The same for many keys of one template, which is looked at once. */
export function driftFrom(template: TemplatePolicy): (key: TemplatePolicy) => readonly PolicyField[] {
  const wanted = POLICY_FIELDS.map((field) => [field, textOf(template, field)] as const);
  return (key) => wanted.filter(([field, text]) => textOf(key, field) !== text).map(([field]) => field);
}

/** The policy out of a template or key that holds more. */
export function policyOf(from: TemplatePolicy): TemplatePolicy {
  const { scopeIds, rules, planId, rateLimit, rateLimits, quota } = from;
  const { ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow, bindingMode } = from;
  const { rotateEveryMs, expiryGraceMs } = from;
  return {
    ...{ scopeIds, rules, planId, rateLimit, rateLimits, quota },
    ...{ ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow, bindingMode },
    ...{ rotateEveryMs, expiryGraceMs },
  };
}

function textOf(policy: TemplatePolicy, field: PolicyField): string {
  return JSON.stringify(field === 'scopeIds' ? policy.scopeIds.toSorted() : inOrder(policy[field]));
}

/** The same value with the members of its objects in one order: what a migration wrote may have another. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]) => [name, inOrder(inner)] as const);
  return Object.fromEntries(members.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
