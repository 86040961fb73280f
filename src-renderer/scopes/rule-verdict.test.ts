import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { parseRule } from './rule-text.ts';
import { catalogueCounts, endpointVerdict, readyRules } from './rule-verdict.ts';

const path = fc.constantFrom('/a', '/a/b', '/a/{id}', '/a/*', '/a/**', '/c/{x}/d', '/**', '/c/');
const methods = fc.oneof(fc.constant(['*'] as ['*']), fc.subarray<Method>([...METHODS], { minLength: 1 }));
const ruleArbitrary: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  methods,
  path,
});
const allow = (text: string): Rule => {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.rule;
};

describe('verdicts', () => {
  const own = (...texts: string[]) =>
    readyRules(texts.map((text) => ({ rule: allow(text), scopeName: null })));

  it('denies what nothing allows and lets deny win', () => {
    const rules = own('GET /v1/**', 'deny GET /v1/secret');
    expect(endpointVerdict(rules, { method: 'GET', path: '/v1/items' }).outcome).toBe('allowed');
    expect(endpointVerdict(rules, { method: 'GET', path: '/v1/secret' }).outcome).toBe('denied');
    expect(endpointVerdict(rules, { method: 'POST', path: '/v1/items' })).toEqual({
      outcome: 'denied',
      by: null,
    });
  });

  it('says partly when a rule reaches only some paths of a template', () => {
    expect(endpointVerdict(own('GET /items/7'), { method: 'GET', path: '/items/{id}' }).outcome).toBe(
      'partly',
    );
    expect(
      endpointVerdict(own('GET /items/*', 'deny GET /items/7'), { method: 'GET', path: '/items/{id}' })
        .outcome,
    ).toBe('partly');
  });

  it('counts every endpoint once', () => {
    const entry = fc.record({ method: fc.constantFrom(...METHODS), path });
    fc.assert(
      fc.property(fc.array(ruleArbitrary), fc.array(entry), (rules, entries) => {
        const counts = catalogueCounts(readyRules(rules.map((rule) => ({ rule, scopeName: null }))), entries);
        expect(counts.allowed + counts.partly + counts.denied).toBe(entries.length);
      }),
    );
  });
});
