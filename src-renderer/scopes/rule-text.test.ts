import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from '#contract/http-methods.ts';
import { rule as ruleSchema, type Rule } from '#contract/scopes.ts';
import { parseRule, parseRules, ruleLine } from './rule-text.ts';

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

describe('rule text', () => {
  it('reads back every rule that it writes', () => {
    fc.assert(
      fc.property(ruleArbitrary, (rule) => {
        const parsed = parseRule(ruleLine(rule));
        expect(parsed.ok && parsed.rule).toEqual(rule);
        expect(ruleSchema.safeParse(rule).success).toBe(true);
      }),
    );
  });

  it('reads methods in any case and ANY as every method', () => {
    expect(allow('get,head /x')).toEqual({ effect: 'allow', methods: ['GET', 'HEAD'], path: '/x' });
    expect(allow('deny any /x')).toEqual({ effect: 'deny', methods: ['*'], path: '/x' });
  });

  it.each([
    ['/x', /method and a path/],
    ['FETCH /x', /not a method/],
    ['GET x', /starts with/],
    ['GET /a/**/b', /only come last/],
    ['GET /a*b', /whole segment/],
    ['GET /a//b', /Double slashes/],
    ['GET /a%2fb', /Encoded/],
    ['GET /a/../b', /Dot segments/],
    ['GET /a?x=1', /query/],
  ])('refuses %s with a reason', (text, reason) => {
    const parsed = parseRule(text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.message).toMatch(reason);
  });

  it('names the lines that cannot be read and keeps the others', () => {
    const { rules, problems } = parseRules('GET /a\n\n# note\nnonsense\ndeny DELETE /a');
    expect(rules.map(ruleLine)).toEqual(['GET /a', 'deny DELETE /a']);
    expect(problems.map((problem) => problem.line)).toEqual([4]);
  });
});
