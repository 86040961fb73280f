import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METHODS } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { normalisePath } from './normalise-path.ts';
import { compileRules, decideRules, parsePattern, ruleText } from './path-rules.ts';
import type { SourcedRule } from './path-rules.ts';

function allow(path: string, methods: Rule['methods'] = ['*']): SourcedRule {
  return { effect: 'allow', methods, path, source: 's' };
}

function deny(path: string, methods: Rule['methods'] = ['*']): SourcedRule {
  return { effect: 'deny', methods, path, source: 's' };
}

function decideText(rules: readonly SourcedRule[], method: string, raw: string) {
  const path = normalisePath(raw);
  return path.ok ? decideRules(compileRules(rules), method, path) : { allowed: false, rule: null };
}

function matches(pattern: string, raw: string): boolean {
  return decideText([allow(pattern)], 'GET', raw).allowed;
}

test.each([
  '/admin;x=1/users',
  '/admin;/users',
  '/x/%252e%252e/admin/users',
  '/admin%252fusers',
  '/admin%255Cusers',
])('a deny rule cannot be walked around with %s', (raw) => {
  const rules = [deny('/admin/**'), allow('/**')];
  expect(decideText(rules, 'GET', '/users').allowed).toBe(true);
  expect(decideText(rules, 'GET', raw).allowed).toBe(false);
});

describe('patterns', () => {
  test.each([
    ['/inventory/**', '/inventory/42', true],
    ['/inventory/**', '/inventory/42/parts/7', true],
    ['/inventory/**', '/inventory/', true],
    ['/inventory/**', '/inventory', false],
    ['/inventory/**', '/inventoryX/1', false],
    ['/inventory/*', '/inventory/42', true],
    ['/inventory/*', '/inventory/42/', false],
    ['/inventory/*', '/inventory/', false],
    ['/inventory/*', '/inventory/4/2', false],
    ['/inventory/{id}', '/inventory/42', true],
    ['/inventory/{id}/parts', '/inventory/42/parts', true],
    ['/inventory/{id}/parts', '/inventory/42/Parts', false],
    ['/inventory', '/inventory', true],
    ['/inventory', '/inventory/', false],
    ['/inventory/', '/inventory', false],
    ['/inventory/', '/inventory/', true],
    ['/**', '/', true],
    ['/**', '/a/b/', true],
    ['/', '/', true],
    ['/', '/a', false],
    ['/caf%C3%A9', '/café', true],
    ['/%2A', '/*', true],
    ['/%2A', '/x', false],
    ['/inventory/42', '/inventory/42?x=/y', true],
    ['/inventory/**', '/inventory/%2e%2e/admin', false],
    ['/inventory/**', '/inventory/a%2Fb', false],
    ['/inventory/**', '/inventory//b', false],
  ])('%s and %s: %s', (pattern, raw, expected) => {
    expect(matches(pattern, raw)).toBe(expected);
  });

  test.each([
    ['/a/**/b', 'only be the last'],
    ['/a*', 'whole segment'],
    ['/{a}x', 'whole segment'],
    ['/{a}{b}', 'whole segment'],
    ['/{}', 'whole segment'],
    ['/a{', 'whole segment'],
    ['/a/***', 'whole segment'],
    ['/a?x', 'query string'],
    ['/a//b', 'double slash'],
    ['/a/../b', 'dot segment'],
    ['/a%2Fb', 'encoded slash'],
    ['a', 'start with /'],
  ])('%s cannot be typed: %s', (pattern, words) => {
    expect(parsePattern(pattern)).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });
});

// The oracle: the plainest reading of the rules, written apart from the code. Rule by rule, segment by segment, recursive.
function oracleMatches(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...restOfPattern] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.length > 0;
  const [head, ...restOfPath] = path;
  if (head === undefined) return false;
  const isWildcard = first === '*' || first.startsWith('{');
  return (isWildcard ? head !== '' : head === first) && oracleMatches(restOfPattern, restOfPath);
}

const word = fc.constantFrom('a', 'b', 'Ab', 'x.y', '1');
const pathSegments = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([words, hasSlash]) => (hasSlash ? [...words, ''] : words));
const patternSegments = fc
  .tuple(
    fc.array(fc.oneof(word, fc.constantFrom('*', '{id}')), { minLength: 1, maxLength: 5 }),
    fc.constantFrom(null, '', '**'),
  )
  .map(([words, end]) => (end === null ? words : [...words, end]));
const methods = fc.oneof(
  fc.constant<['*']>(['*']),
  fc.uniqueArray(fc.constantFrom(...METHODS), { minLength: 1, maxLength: 3 }),
);
const rules = fc.array(
  fc.record({ effect: fc.constantFrom('allow', 'deny'), methods, path: patternSegments }),
  { maxLength: 8 },
);

describe('decisions', () => {
  test('agree with the plainest reading of the rules: deny wins, default deny', () => {
    fc.assert(
      fc.property(rules, fc.constantFrom(...METHODS), pathSegments, (list, method, path) => {
        const sourced = list.map((rule) => ({ ...rule, path: `/${rule.path.join('/')}`, source: 's' }));
        const hits = list.filter(
          (rule) =>
            [...rule.methods].some((name: string) => name === '*' || name === method) &&
            oracleMatches(rule.path, path),
        );
        const expected = hits.length > 0 && hits.every((rule) => rule.effect === 'allow');
        const decision = decideText(sourced, method, `/${path.join('/')}`);
        expect(decision.allowed).toBe(expected);
        expect(decision.rule?.effect ?? null).toBe(hits.length === 0 ? null : expected ? 'allow' : 'deny');
      }),
      { numRuns: 5_000 },
    );
  });

  test('agree with URLPattern where both have a word for it', () => {
    fc.assert(
      fc.property(patternSegments, pathSegments, (pattern, path) => {
        const names = pattern.map((segment, index) =>
          segment === '**' ? '*' : segment === '*' || segment === '{id}' ? `:p${String(index)}` : segment,
        );
        const urlPattern = new URLPattern({ pathname: `/${names.join('/')}` });
        const raw = `/${path.join('/')}`;
        expect(matches(`/${pattern.join('/')}`, raw)).toBe(urlPattern.test({ pathname: raw }));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a deny rule wins wherever it stands and is named', () => {
    const rule = deny('/orders/{id}/refund', ['POST']);
    for (const list of [
      [allow('/**'), rule],
      [rule, allow('/**')],
    ]) {
      expect(decideText(list, 'POST', '/orders/7/refund')).toMatchObject({ allowed: false, rule });
      expect(decideText(list, 'GET', '/orders/7/refund').allowed).toBe(true);
    }
  });

  test('a method has to be named: GET does not bring HEAD, and unknown methods need *', () => {
    expect(decideText([allow('/a', ['GET'])], 'HEAD', '/a').allowed).toBe(false);
    expect(decideText([allow('/a', ['GET'])], 'get', '/a').allowed).toBe(false);
    expect(decideText([allow('/a')], 'PROPFIND', '/a').allowed).toBe(true);
  });

  test('a stored rule that cannot be read never opens a door: as deny it closes all of them', () => {
    expect(decideText([allow('/a/**/b')], 'GET', '/a/x/b').allowed).toBe(false);
    expect(decideText([allow('/**'), deny('/a*', ['GET'])], 'GET', '/other').allowed).toBe(false);
  });

  test('the longest patterns against the longest path take less than a millisecond', () => {
    const pattern = `/${'*/'.repeat(126)}x`;
    const set = compileRules([
      ...Array.from({ length: 63 }, () => allow(pattern)),
      allow(`/${'{a}/'.repeat(60)}**`),
    ]);
    const raw = `/${'a/'.repeat(1_020)}y`;
    const before = process.cpuUsage();
    for (let round = 0; round < 10_000; round += 1) {
      const path = normalisePath(raw);
      if (path.ok) decideRules(set, 'GET', path);
    }
    // Processor time, because the machine may be busy with something else.
    expect(process.cpuUsage(before).user / 10_000).toBeLessThan(1_000);
  });
});

test('a rule reads as people write it', () => {
  const rule: SourcedRule = {
    effect: 'allow',
    methods: ['GET'],
    path: '/inventory/**',
    source: 'inventory:read',
  };
  expect(ruleText(rule)).toBe('allow GET /inventory/** (inventory:read)');
  expect(ruleText({ ...rule, effect: 'deny', methods: ['GET', 'PUT'] })).toMatch(/^deny GET,PUT /);
});
