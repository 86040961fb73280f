import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { coverage, parsePath, type Segment } from './rule-pattern.ts';

/** A rule with where it comes from: the name of a scope, or null for the key's own rules. */
export interface SourcedRule {
  readonly rule: Rule;
  readonly scopeName: string | null;
}

/** Method and path template of one catalogue entry. */
export interface CatalogueEntry {
  readonly method: Method;
  readonly path: string;
}

/**
 * What a rule set says about a catalogue entry. `partly`: only some concrete paths of the template are allowed, for
 * example `/items/{id}` under a rule for `/items/7`. `by` is the rule that decided; null for the default deny.
 */
export interface Verdict {
  readonly outcome: 'allowed' | 'partly' | 'denied';
  readonly by: SourcedRule | null;
}

/** A rule set ready for many questions. Allow rules whose path cannot be read match nothing. */
export type ReadyRules = readonly (SourcedRule & { readonly segments: readonly Segment[] })[];

/** Splits every path once; order is kept. As on the server, an unreadable deny rule denies every path. */
export function readyRules(sourced: readonly SourcedRule[]): ReadyRules {
  return sourced.flatMap((entry) => {
    const parsed = parsePath(entry.rule.path);
    if (parsed.ok) return [{ ...entry, segments: parsed.segments }];
    return entry.rule.effect === 'deny' ? [{ ...entry, segments: [{ kind: 'rest' as const }] }] : [];
  });
}

/** Does the rule speak about this method? `*` stands for every method. */
export function speaksOf(rule: Rule, method: Method): boolean {
  return rule.methods.some((candidate) => candidate === '*' || candidate === method);
}

/** Verdict for one endpoint: deny wins over allow, and without an allow rule the request is refused. */
export function endpointVerdict(rules: ReadyRules, entry: CatalogueEntry): Verdict {
  const template = parsePath(entry.path);
  if (!template.ok) return { outcome: 'denied', by: null };
  const relevant = rules
    .filter(({ rule }) => speaksOf(rule, entry.method))
    .map((sourced) => ({ sourced, cover: coverage(sourced.segments, template.segments) }))
    .filter(({ cover }) => cover !== 'none');
  const denies = relevant.filter(({ sourced }) => sourced.rule.effect === 'deny');
  const allows = relevant.filter(({ sourced }) => sourced.rule.effect === 'allow');
  const wholeDeny = denies.find(({ cover }) => cover === 'all');
  if (wholeDeny !== undefined) return { outcome: 'denied', by: plain(wholeDeny.sourced) };
  const wholeAllow = allows.find(({ cover }) => cover === 'all');
  if (wholeAllow !== undefined) {
    const partDeny = denies[0];
    return partDeny === undefined
      ? { outcome: 'allowed', by: plain(wholeAllow.sourced) }
      : { outcome: 'partly', by: plain(partDeny.sourced) };
  }
  const partAllow = allows[0];
  return partAllow === undefined
    ? { outcome: 'denied', by: null }
    : { outcome: 'partly', by: plain(partAllow.sourced) };
}

/** How many catalogue entries are allowed, partly allowed and denied. The three add up to the number of entries. */
export function catalogueCounts(
  rules: ReadyRules,
  entries: readonly CatalogueEntry[],
): { readonly allowed: number; readonly partly: number; readonly denied: number } {
  const counts = { allowed: 0, partly: 0, denied: 0 };
  for (const entry of entries) counts[endpointVerdict(rules, entry).outcome] += 1;
  return counts;
}

function plain(sourced: SourcedRule): SourcedRule {
  return { rule: sourced.rule, scopeName: sourced.scopeName };
}
