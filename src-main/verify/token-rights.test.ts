import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Rule } from '#contract/scopes.ts';
import { compileRules } from '#main/domain/path-rules.ts';
import { checkScopes } from '#main/domain/scope-check.ts';
import { parseScopeQuery } from '#main/domain/scope-query.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { narrowRights, rulesOfRights, scopeNamesIn, type Rights } from './narrow-rights.ts';
import { Policies } from './policies.ts';

/** More by hand after a change: TOKEN_RIGHTS_RUNS=100000. */
const RUNS = Number(process.env['TOKEN_RIGHTS_RUNS'] ?? 250);

const NAMES = ['s0', 's1', 's2'];
const QUERIES = ['s0 OR s1', 'NOT s2', 's0 AND NOT s1'].map((text) => {
  const parsed = parseScopeQuery(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.query;
});
const methods = fc.constantFrom<Rule['methods']>(['*'], ['GET'], ['POST']);
const path = fc.constantFrom('/**', '/a/**', '/b/**', '/a/*', '/a/{id}/c', '/a/b');
const rule: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom('allow', 'allow', 'deny'),
  methods,
  path,
});
const rules = fc.array(rule, { maxLength: 3 });
const scopes = fc
  .subarray(NAMES)
  .chain((names) => fc.tuple(...names.map((name) => rules.map((own) => ({ name, rules: own })))));
const rights: fc.Arbitrary<Rights> = fc
  .record({ held: scopes, own: rules, denials: fc.option(rules.map((own) => [{ name: 's9', rules: own }])) })
  .map(({ held, own, denials }) => ({
    scopesJson: JSON.stringify(held),
    rulesJson: JSON.stringify(own),
    denialsJson: denials === null ? null : JSON.stringify(denials),
  }));
const part = fc.record({ scopes: fc.subarray([...NAMES, 's9']), hasOwnRules: fc.boolean() });
const demand = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/a/b', '/a/b/c', '/b/a', '/c', '/a/%2e'),
  scopes: fc.option(fc.subarray(NAMES, { minLength: 1 }), { freq: 3 }),
  scopeQuery: fc.option(fc.constantFrom(...QUERIES), { freq: 3 }),
});

const heldBy = (one: Rights) => new Policies().held(one as VerifyRow);

it('who holds a token is never allowed what its key is refused, asked online or decided by its rules offline', () => {
  let allowed = 0;
  let kept = 0;
  fc.assert(
    fc.property(rights, part, fc.array(demand, { minLength: 4, maxLength: 8 }), (ofKey, held, demands) => {
      const ofToken = narrowRights(ofKey, held);
      const offline = compileRules(rulesOfRights(ofToken).map((each) => ({ ...each, source: 'token' })));
      for (const asked of demands) {
        const keyMay = checkScopes(heldBy(ofKey), asked).isAllowed;
        const tokenMay = checkScopes(heldBy(ofToken), asked).isAllowed;
        expect(tokenMay && !keyMay).toBe(false);
        const endpoint = { ...asked, scopes: null, scopeQuery: null };
        const offlineMay = checkScopes({ scopeNames: [], rules: offline }, endpoint).isAllowed;
        expect(offlineMay).toBe(checkScopes(heldBy(ofToken), endpoint).isAllowed);
        if (tokenMay) allowed += 1;
        if (keyMay && !tokenMay) kept += 1;
      }
    }),
    { numRuns: RUNS },
  );
  // The worlds are not so strict, nor so lax, that nothing is proved.
  expect(allowed).toBeGreaterThan(5);
  expect(kept).toBeGreaterThan(5);
});

it('a token of all scopes with the own rules holds exactly what its key holds, and none of a scope it was not asked for', () => {
  fc.assert(
    fc.property(rights, demand, (ofKey, asked) => {
      const names = scopeNamesIn(ofKey);
      const all = narrowRights(ofKey, { scopes: names, hasOwnRules: true });
      expect(checkScopes(heldBy(all), asked).isAllowed).toBe(checkScopes(heldBy(ofKey), asked).isAllowed);
      expect(scopeNamesIn(narrowRights(ofKey, { scopes: ['s1', 's9'], hasOwnRules: false }))).toEqual(
        names.filter((name) => name === 's1'),
      );
    }),
    { numRuns: RUNS },
  );
});
