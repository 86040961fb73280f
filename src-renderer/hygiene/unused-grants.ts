import type { Key } from '#contract/keys.ts';
import type { ReplaySuggestions } from '#contract/replay.ts';
import type { Rule, Scope } from '#contract/scopes.ts';

/** Something that a key is granted and never needed: a scope as a whole, or a rule of its own by its place. */
export type UnusedGrant =
  | { readonly kind: 'scope'; readonly id: string; readonly scope: Scope }
  | { readonly kind: 'rule'; readonly id: string; readonly index: number; readonly rule: Rule };

/** What the traffic of a key says that it does not need. */
export function unusedGrants(
  { scopeIds, rules }: Pick<Key, 'scopeIds' | 'rules'>,
  found: Pick<ReplaySuggestions, 'unusedRules' | 'unusedScopes'>,
  scopes: readonly Scope[],
): readonly UnusedGrant[] {
  return [
    ...scopes
      .filter(({ id, name }) => scopeIds.includes(id) && found.unusedScopes.includes(name))
      .map((scope) => ({ kind: 'scope' as const, id: scope.id, scope })),
    ...rules.flatMap((rule, index) =>
      found.unusedRules.includes(index)
        ? [{ kind: 'rule' as const, id: `rule ${String(index)}`, index, rule }]
        : [],
    ),
  ];
}

/** The scopes and rules of a key without some grants. */
export function withoutGrants(
  { scopeIds, rules }: Pick<Key, 'scopeIds' | 'rules'>,
  removed: readonly UnusedGrant[],
): { scopeIds: Key['scopeIds'][number][]; rules: Rule[] } {
  const ids = new Set(removed.map(({ id }) => id));
  return {
    scopeIds: scopeIds.filter((id) => !ids.has(id)),
    rules: rules.filter((_rule, index) => !ids.has(`rule ${String(index)}`)),
  };
}
