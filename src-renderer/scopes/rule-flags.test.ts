import { describe, expect, it } from 'vitest';
import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { flagRules } from './rule-flags.ts';
import { parseRule } from './rule-text.ts';

const allow = (text: string): Rule => {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.rule;
};

describe('flags', () => {
  const flag = (texts: string[], catalogue: { method: Method; path: string }[] = []) =>
    flagRules(texts.map(allow), [], catalogue).map((found) => found?.kind ?? null);

  it('flags the second of two equal rules only', () => {
    expect(flag(['GET /a', 'GET /a'])).toEqual([null, 'duplicate']);
  });
  it('flags a rule that a wider one covers, whatever the order', () => {
    expect(flag(['GET /a/b', 'GET /a/**'])).toEqual(['covered', null]);
    expect(flag(['GET /a/*', 'GET /a/{id}'])).toEqual([null, 'covered']);
  });
  it('flags an allow rule that a deny rule swallows', () => {
    expect(flag(['GET /a', 'deny * /**'])).toEqual(['overruled', null]);
  });
  it('flags a deny rule for GET that leaves HEAD to a wider allow rule, until HEAD is denied, too', () => {
    expect(flag(['* /**', 'deny GET /a'])).toEqual([null, 'leavesHead']);
    expect(flag(['* /**', 'deny GET,HEAD /a'])).toEqual([null, null]);
    expect(flag(['* /**', 'deny GET /a', 'deny HEAD /**'])).toEqual([null, null, null]);
    expect(flag(['GET /**', 'deny GET /a'])).toEqual([null, null]);
  });
  it('does not take a method list for every method', () => {
    expect(flag(['* /a', 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS /a'])[0]).toBeNull();
  });
  it('flags a rule that no endpoint of the catalogue fits', () => {
    expect(flag(['GET /x'], [{ method: 'GET', path: '/a' }])).toEqual(['matchesNothing']);
  });
  it('flags what a chosen scope already grants', () => {
    const [found] = flagRules([allow('GET /a')], [{ rule: allow('GET /**'), scopeName: 'all:read' }], []);
    expect(found?.text).toContain('all:read');
  });
});
