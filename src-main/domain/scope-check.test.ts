import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRules } from './path-rules.ts';
import { checkScopes, endpointText } from './scope-check.ts';
import type { Held } from './scope-check.ts';
import { parseScopeQuery } from './scope-query.ts';

const held: Held = {
  scopeNames: ['inventory:read', 'offers:read'],
  rules: compileRules([
    { effect: 'allow', methods: ['GET'], path: '/inventory/**', source: 'inventory:read' },
    { effect: 'deny', methods: ['GET'], path: '/inventory/secret', source: 'own rule' },
  ]),
};
const ask = (method: string | null, path: string | null, scopes: readonly string[] | null) =>
  checkScopes(held, { method, path, scopes, scopeQuery: null });

test('an endpoint needs an allow rule, and the deciding rule is named', () => {
  expect(ask('GET', '/inventory/42', null)).toEqual({
    isAllowed: true,
    rule: 'allow GET /inventory/** (inventory:read)',
    missing: [],
    why: null,
  });
  expect(ask('POST', '/offers?x=1', null)).toEqual({
    isAllowed: false,
    rule: null,
    missing: ['POST /offers'],
    why: { message: "POST /offers is not in this key's scopes.", detail: null },
  });
  expect(ask('GET', '/inventory/secret', null)).toMatchObject({
    isAllowed: false,
    rule: 'deny GET /inventory/secret (own rule)',
    missing: ['GET /inventory/secret'],
    why: { detail: 'Denied by the rule: deny GET /inventory/secret (own rule)' },
  });
});

test('a path that servers read in different ways is refused and says why', () => {
  expect(ask('GET', '/inventory/%2e%2e/x', null)).toMatchObject({
    isAllowed: false,
    missing: ['GET /inventory/%2e%2e/x'],
    why: { detail: 'The path has a dot segment (. or ..).' },
  });
});

test('every demanded scope is needed, and exactly the absent ones are missing', () => {
  expect(ask(null, null, ['offers:read', 'inventory:read']).isAllowed).toBe(true);
  const names = fc.uniqueArray(fc.constantFrom('inventory:read', 'offers:read', 'a:b', 'c:d'), {
    minLength: 1,
  });
  fc.assert(
    fc.property(names, (scopes) => {
      const finding = ask(null, null, scopes);
      expect(finding.missing).toEqual(scopes.filter((name) => !held.scopeNames.includes(name)));
      expect(finding.isAllowed).toBe(finding.missing.length === 0);
    }),
  );
  expect(ask(null, null, ['a:b']).why?.message).toBe('This key lacks the scope a:b.');
});

test('when an endpoint and scopes are asked for, both must pass', () => {
  expect(ask('GET', '/inventory/1', ['inventory:read']).isAllowed).toBe(true);
  expect(ask('GET', '/inventory/1', ['a:b'])).toMatchObject({ isAllowed: false, missing: ['a:b'] });
  expect(ask('POST', '/inventory/1', ['inventory:read'])).toMatchObject({ missing: ['POST /inventory/1'] });
  expect(ask('POST', '/offers', ['a:b'])).toMatchObject({ missing: ['POST /offers', 'a:b'] });
});

test('asking for nothing is refused', () => {
  expect(ask(null, null, null).isAllowed).toBe(false);
});

test('a key in a path is not repeated', () => {
  const text = endpointText('GET', `/x/lk_live_shop_k7Qd2mX9pR4t_${'a'.repeat(49)}?y`);
  expect(text).toBe('GET /x/lk_live_shop_k7Qd2mX9pR4t_[redacted]');
});

test('a child does not meet a demand to lack a scope that its parent holds', () => {
  const query = parseScopeQuery('read AND NOT admin');
  if (!query.ok) throw new Error(query.message);
  const demand = { method: null, path: null, scopes: null, scopeQuery: query.query };
  const rules = compileRules([]);
  expect(checkScopes({ scopeNames: ['read'], rules }, demand).isAllowed).toBe(true);
  const child = { scopeNames: ['read'], rules, withheldNames: ['admin'] };
  expect(checkScopes(child, demand)).toMatchObject({ isAllowed: false, missing: ['NOT admin'] });
});
