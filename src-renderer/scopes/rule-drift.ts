import type { Endpoint } from '#contract/services.ts';
import { touches } from './rule-flags.ts';
import { ruleLine } from './rule-text.ts';
import { endpointVerdict, type ReadyRules } from './rule-verdict.ts';

/** How far the catalogue has moved away from rules. */
export interface RuleDrift {
  /** Rules of scopes that match no endpoint, with the name of their scope: `GET /old (inventory:read)`. */
  readonly withoutEndpoint: readonly string[];
  /** Endpoints that came after the rules were edited, and what the rules say of them. */
  readonly newEndpoints: readonly {
    readonly endpoint: Endpoint;
    readonly outcome: 'allowed' | 'partly' | 'denied';
  }[];
}

/** Compares the rules of scopes with a catalogue that has entries; `editedAt` = when the policy was edited last, null = never yet.
 *  Own rules are not looked at: they speak of every service, and flags stand beside them. */
export function ruleDrift(
  rules: ReadyRules,
  catalogue: readonly Endpoint[],
  editedAt: number | null,
): RuleDrift {
  const ofScopes = catalogue.length === 0 ? [] : rules.filter(({ scopeName }) => scopeName !== null);
  const isNew = ({ createdAt }: Endpoint): boolean => editedAt !== null && createdAt > editedAt;
  return {
    withoutEndpoint: ofScopes
      .filter(({ rule }) => !catalogue.some((entry) => touches(rule, entry)))
      .map(({ rule, scopeName }) => `${ruleLine(rule)} (${scopeName ?? ''})`),
    newEndpoints: catalogue
      .filter(isNew)
      .map((endpoint) => ({ endpoint, outcome: endpointVerdict(rules, endpoint).outcome })),
  };
}
