import { describe, expect, it } from 'vitest';
import { type Rule } from '#contract/scopes.ts';
import { parseRule } from './rule-text.ts';
import { scopeSentence } from './scope-sentence.ts';

const allow = (text: string): Rule => {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.rule;
};

describe('sentence', () => {
  it('says in words what is allowed, what is denied and that the rest is refused', () => {
    expect(scopeSentence([allow('GET /inventory/**'), allow('deny DELETE /v1/**')])).toBe(
      'May call GET /inventory/**. Never DELETE /v1/**, even where an allow rule fits: deny wins. Everything else is refused.',
    );
    expect(scopeSentence([allow('deny * /**')])).toMatch(/May call nothing/);
  });
});
