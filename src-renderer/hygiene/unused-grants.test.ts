import { expect, test } from 'vitest';
import { scopeId } from '#contract/ids.ts';
import { rule, scope } from '#contract/scopes.ts';
import { unusedGrants, withoutGrants } from './unused-grants.ts';

const [read, write, other] = ['r', 'w', 'o'].map((letter) => scopeId.parse(`scp_${letter.repeat(16)}`));
const named = (id: typeof read, name: string) =>
  scope.parse({
    id,
    serviceId: `svc_${'s'.repeat(16)}`,
    name,
    description: '',
    rules: [],
    keyCount: 1,
    createdAt: 1,
    updatedAt: 1,
  });
const allow = (path: string) => rule.parse({ effect: 'allow', methods: ['GET'], path });
const key = {
  scopeIds: [read, write].filter((id) => id !== undefined),
  rules: [allow('/a'), allow('/b'), allow('/a')],
};

test('only scopes of the key and rules at the places that were found are taken, whatever is called alike', () => {
  const found = { unusedRules: [2], unusedScopes: ['write', 'other'] };
  const grants = unusedGrants(key, found, [
    named(read, 'read'),
    named(write, 'write'),
    named(other, 'other'),
  ]);
  expect(grants.map(({ id }) => id)).toEqual([write, 'rule 2']);
  expect(withoutGrants(key, grants)).toEqual({ scopeIds: [read], rules: [allow('/a'), allow('/b')] });
  expect(withoutGrants(key, [])).toEqual(key);
});
