import type { ServiceId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { Rule } from '#contract/scopes.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Rules that a key has by its scopes and of its own. */
export interface GrantedRules {
  readonly allows: readonly Rule[];
  readonly denies: readonly Rule[];
  /** Services that they are about; null: rules of the key's own are about every service. */
  readonly services: readonly ServiceId[] | null;
}

/** What a key may call, as rules. */
export function grantedRules({ db }: UseCaseContext, key: Pick<Key, 'scopeIds' | 'rules'>): GrantedRules {
  const held = new Set<string>(key.scopeIds);
  const scopes = db.scopes.list(null).filter(({ id }) => held.has(id));
  const all = [...scopes.flatMap(({ rules }) => rules), ...key.rules];
  const isOfEvery = key.rules.some(({ effect }) => effect === 'allow');
  return {
    allows: all.filter(({ effect }) => effect === 'allow'),
    denies: all.filter(({ effect }) => effect === 'deny'),
    services: isOfEvery ? null : [...new Set(scopes.map(({ serviceId }) => serviceId))],
  };
}
