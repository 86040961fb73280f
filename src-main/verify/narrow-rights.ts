import { z } from 'zod';
import { rule, type Rule } from '#contract/scopes.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** What a key may at a service, as its row says it. */
export type Rights = Pick<VerifyRow, 'scopesJson' | 'rulesJson' | 'denialsJson'>;

/** The part of a key's rights that a token holds. */
export interface HeldPart {
  readonly scopes: readonly string[];
  /** Also the allow rules of the key's own. */
  readonly hasOwnRules: boolean;
}

const scopesOf = z.array(z.object({ name: z.string(), rules: z.array(rule) }));
const ownRulesOf = z.array(rule);

/** The rights that are left to who holds only a part of them. Never more than the key's: what any scope or rule of the key denies
 *  stays denied, as with child keys. Scopes of the part that the key does not hold are not added. */
export function narrowRights(rights: Rights, { scopes, hasOwnRules }: HeldPart): Rights {
  const held = scopesOf.parse(JSON.parse(rights.scopesJson));
  const own = ownRulesOf.parse(JSON.parse(rights.rulesJson));
  const withheld = held.filter(({ name }) => !scopes.includes(name));
  const denials = rights.denialsJson === null ? [] : scopesOf.parse(JSON.parse(rights.denialsJson));
  return {
    scopesJson: JSON.stringify(held.filter(({ name }) => scopes.includes(name))),
    rulesJson: JSON.stringify(hasOwnRules ? own : own.filter(isDenying)),
    denialsJson:
      rights.denialsJson === null && withheld.length === 0 ? null : JSON.stringify([...withheld, ...denials]),
  };
}

/** Names of the scopes in it, by name. */
export function scopeNamesIn({ scopesJson }: Pick<Rights, 'scopesJson'>): readonly string[] {
  return scopesOf.parse(JSON.parse(scopesJson)).map(({ name }) => name);
}

/** The same rights as one list of rules, each once, for somebody who decides without us: a deny rule wins, and what no rule allows is refused. */
export function rulesOfRights({ scopesJson, rulesJson, denialsJson }: Rights): readonly Rule[] {
  const held = scopesOf.parse(JSON.parse(scopesJson)).flatMap(({ rules }) => rules);
  const own = ownRulesOf.parse(JSON.parse(rulesJson));
  const denials = denialsJson === null ? [] : scopesOf.parse(JSON.parse(denialsJson));
  const denied = denials.flatMap(({ rules }) => rules.filter(isDenying));
  const byText = new Map([...held, ...own, ...denied].map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

function isDenying({ effect }: Rule): boolean {
  return effect === 'deny';
}
