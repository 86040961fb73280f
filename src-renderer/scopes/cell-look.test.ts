import { describe, expect, it } from 'vitest';
import type { Rule } from '#contract/scopes.ts';
import { cellLook, groupLook } from './cell-look.ts';
import { parseRules } from './rule-text.ts';
import { readyRules } from './rule-verdict.ts';

const rulesOf = (text: string): readonly Rule[] => parseRules(text).rules;
const all = (own: string, ofScope: string) =>
  readyRules([
    ...rulesOf(own).map((rule) => ({ rule, scopeName: null })),
    ...rulesOf(ofScope).map((rule) => ({ rule, scopeName: 'all:read' })),
  ]);
const cell = { method: 'GET', path: '/a/{id}' } as const;

describe('look of a cell', () => {
  const look = (own: string, ofScope = '') => cellLook(rulesOf(own), all(own, ofScope), cell, '');

  it('tells what is set here from what other rules bring', () => {
    expect(look('GET /a/{id}')).toMatchObject({ mark: 'allow', checked: true });
    expect(look('deny GET /a/{id}')).toMatchObject({ mark: 'deny', checked: false });
    expect(look('', 'GET /a/**')).toMatchObject({ mark: 'reachedAllow', checked: true });
    expect(look('', 'GET /a/**').label).toContain('all:read');
    expect(look('', 'GET /a/7')).toMatchObject({ mark: 'reachedPartly', checked: 'mixed' });
    expect(look('')).toMatchObject({ mark: 'none', checked: false });
  });

  it('does not show as allowed what a deny rule takes away', () => {
    expect(look('GET /a/{id}', 'deny * /**')).toMatchObject({ mark: 'reachedDeny', checked: false });
  });
});

describe('look of a group', () => {
  const cells = [cell, { method: 'GET', path: '/b' } as const];
  const look = (own: string, ofScope = '') => groupLook(rulesOf(own), all(own, ofScope), cells, 'x');

  it('is mixed when its cells differ', () => {
    expect(look('GET /b')).toMatchObject({ mark: 'mixed', checked: 'mixed' });
    expect(look('GET /b\nGET /a/{id}')).toMatchObject({ mark: 'allow', checked: true });
  });

  it('shows what other rules bring where nothing is set', () => {
    expect(look('', 'GET /**').mark).toBe('reachedAllow');
    expect(look('', 'GET /b').mark).toBe('reachedPartly');
    expect(look('', 'deny * /**').mark).toBe('reachedDeny');
    expect(look('').mark).toBe('none');
  });
});
