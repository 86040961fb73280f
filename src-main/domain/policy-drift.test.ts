import { describe, expect, it } from 'vitest';
import { planId, scopeId, serviceId } from '#contract/ids.ts';
import { POLICY_FIELDS } from '#contract/policy-fields.ts';
import type { TemplatePolicy } from '#contract/templates.ts';
import { policyDrift } from './policy-drift.ts';

const reading = scopeId.parse('scp_0000000000000001');
const writing = scopeId.parse('scp_0000000000000002');
const PLAIN: TemplatePolicy = {
  scopeIds: [reading, writing],
  rules: [{ effect: 'allow', methods: ['GET'], path: '/a' }],
  planId: null,
  rateLimit: { limit: 10, windowMs: 60_000 },
  rateLimits: [],
  quota: null,
  ipAllow: [],
  originAllow: [],
  userAgentAllow: [],
  serviceAllow: [],
  timeAllow: [],
  bindingMode: 'enforce',
  rotateEveryMs: null,
  expiryGraceMs: null,
};
/** One other value for each field: a field that is forgotten would show no drift. */
const OTHERS: { readonly [Field in keyof TemplatePolicy]: TemplatePolicy[Field] } = {
  scopeIds: [reading],
  rules: [{ effect: 'deny', methods: ['GET'], path: '/a' }],
  planId: planId.parse('pln_0000000000000001'),
  rateLimit: { limit: 11, windowMs: 60_000 },
  rateLimits: [{ name: 'burst', limit: 1, windowMs: 1_000, by: 'key', isSoft: false }],
  quota: { limit: 1, period: 'day', timeZone: 'UTC', resetDay: 1, isSoft: false, by: 'key' },
  ipAllow: ['10.0.0.0/8'],
  originAllow: ['https://acme.example'],
  userAgentAllow: ['curl'],
  serviceAllow: [serviceId.parse('svc_0000000000000001')],
  timeAllow: [{ days: [1], from: '08:00', to: '18:00', timeZone: 'UTC' }],
  bindingMode: 'observe',
  rotateEveryMs: 86_400_000,
  expiryGraceMs: 3_600_000,
};

describe('drift', () => {
  it('is none between equal policies, whatever the order of scopes and of members', () => {
    const same = {
      ...PLAIN,
      scopeIds: [writing, reading],
      rateLimit: JSON.parse('{"windowMs":60000,"limit":10}') as TemplatePolicy['rateLimit'],
    };
    expect(policyDrift(same, PLAIN)).toEqual([]);
  });

  it.each(POLICY_FIELDS)('names %s alone when only that differs', (field) => {
    expect(policyDrift({ ...PLAIN, [field]: OTHERS[field] }, PLAIN)).toEqual([field]);
  });

  it('tells rules in another order: the first that fits is the one that is named', () => {
    const two = [...PLAIN.rules, { effect: 'allow', methods: ['GET'], path: '/b' } as const];
    expect(policyDrift({ ...PLAIN, rules: two.toReversed() }, { ...PLAIN, rules: two })).toEqual(['rules']);
  });
});
