import type { PolicyField } from '#contract/policy-fields.ts';
import type { Template } from '#contract/templates.ts';
import { duration } from '#renderer/format/durations.ts';
import { count, counted } from '#renderer/format/numbers.ts';

/** The fields of a policy as people call them. */
export const POLICY_WORDS: Readonly<Record<PolicyField, string>> = {
  scopeIds: 'scopes',
  rules: 'own rules',
  planId: 'plan',
  rateLimit: 'rate limit',
  rateLimits: 'further rate limits',
  quota: 'quota',
  ipAllow: 'allowed addresses',
  originAllow: 'allowed origins',
  userAgentAllow: 'allowed user agents',
  serviceAllow: 'services',
  timeAllow: 'hours',
  bindingMode: 'mode of the bindings',
  rotateEveryMs: 'rotation',
  expiryGraceMs: 'grace after the expiry',
};

/** How long a key of it lives: `90 days`, `never ends`. */
export function lifeWords({ expiresInMs }: Pick<Template, 'expiresInMs'>): string {
  return expiresInMs === null ? 'never ends' : duration(expiresInMs);
}

/** What it grants, counted: `2 scopes, 1 rule`; `nothing yet`. */
export function grantWords({ scopeIds, rules }: Pick<Template, 'scopeIds' | 'rules'>): string {
  const parts = [
    ...(scopeIds.length === 0 ? [] : [counted(scopeIds.length, 'scope')]),
    ...(rules.length === 0 ? [] : [counted(rules.length, 'rule')]),
  ];
  return parts.length === 0 ? 'nothing yet' : parts.join(', ');
}

/** Where a key differs: `scopes and rate limit`. */
export function driftWords(drift: readonly PolicyField[]): string {
  return new Intl.ListFormat('en').format(drift.map((field) => POLICY_WORDS[field]));
}

/** In what keys differ, counted: `rate limit in 12, scopes in 3`. */
export function driftFieldWords(
  fields: readonly { readonly field: PolicyField; readonly keys: number }[],
): string {
  return fields.map(({ field, keys }) => `${POLICY_WORDS[field]} in ${count(keys)}`).join(', ');
}
