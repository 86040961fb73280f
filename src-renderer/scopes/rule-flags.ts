import { METHODS } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { coverage, parsePath } from './rule-pattern.ts';
import { ruleLine } from './rule-text.ts';
import { speaksOf, type CatalogueEntry, type SourcedRule } from './rule-verdict.ts';

/** Why a rule deserves a look. `text` is a sentence for the person who wrote it. */
export interface RuleFlag {
  readonly kind: 'duplicate' | 'overruled' | 'covered' | 'leavesHead' | 'matchesNothing' | 'unreadable';
  readonly text: string;
}

/**
 * One entry per own rule, null where there is nothing to say. Compares each rule with the other own rules and with
 * the rules of the chosen scopes; `matchesNothing` only with a catalogue that has entries.
 */
export function flagRules(
  own: readonly Rule[],
  ofScopes: readonly SourcedRule[],
  catalogue: readonly CatalogueEntry[],
): readonly (RuleFlag | null)[] {
  return own.map((rule, index) => flagRule(rule, index, own, ofScopes, catalogue));
}

function flagRule(
  rule: Rule,
  index: number,
  own: readonly Rule[],
  ofScopes: readonly SourcedRule[],
  catalogue: readonly CatalogueEntry[],
): RuleFlag | null {
  const parsed = parsePath(rule.path);
  if (!parsed.ok) return { kind: 'unreadable', text: parsed.message };
  const line = ruleLine(rule);
  const twin = own.findIndex((other, at) => at < index && ruleLine(other) === line);
  if (twin >= 0) return { kind: 'duplicate', text: `Same as rule ${String(twin + 1)}. Remove one.` };

  const others = [
    ...own.flatMap((other, at) =>
      at === index ? [] : [{ rule: other, name: `rule ${String(at + 1)}`, at }],
    ),
    ...ofScopes.map((sourced) => ({ rule: sourced.rule, name: `scope ${sourced.scopeName ?? ''}`, at: -1 })),
  ];
  if (rule.effect === 'allow') {
    const winner = others.find((other) => other.rule.effect === 'deny' && covers(other.rule, rule));
    if (winner !== undefined) {
      return { kind: 'overruled', text: `Has no effect: ${winner.name} denies all of it, and deny wins.` };
    }
  }
  const wider = others.find(
    (other) =>
      other.rule.effect === rule.effect &&
      covers(other.rule, rule) &&
      // Of two rules that cover each other only the later one is superfluous.
      !(covers(rule, other.rule) && other.at > index),
  );
  if (wider !== undefined) return { kind: 'covered', text: `Already covered by ${wider.name}.` };
  const leaver = headLeftBy(rule, others);
  if (leaver !== null) {
    const text = `HEAD of it is still allowed by ${leaver}, and most services answer that like GET. Deny HEAD, too.`;
    return { kind: 'leavesHead', text };
  }
  if (catalogue.length > 0 && !catalogue.some((entry) => touches(rule, entry))) {
    return { kind: 'matchesNothing', text: 'Matches no endpoint of the catalogue.' };
  }
  return null;
}

/** What still allows HEAD of everything where the rule denies GET, by name; null = nothing does. */
function headLeftBy(
  rule: Rule,
  others: readonly { readonly rule: Rule; readonly name: string }[],
): string | null {
  if (rule.effect !== 'deny' || !speaksOf(rule, 'GET') || speaksOf(rule, 'HEAD')) return null;
  const head: Rule = { ...rule, methods: ['HEAD'] };
  const meant = others.filter((other) => covers(other.rule, head));
  if (meant.some((other) => other.rule.effect === 'deny')) return null;
  return meant[0]?.name ?? null;
}

/** Is every request that `narrow` speaks of also spoken of by `wide`? */
function covers(wide: Rule, narrow: Rule): boolean {
  const methods = narrow.methods[0] === '*' ? METHODS : narrow.methods;
  const isWildcardCovered = narrow.methods[0] !== '*' || wide.methods[0] === '*';
  if (!isWildcardCovered || !methods.every((method) => method !== '*' && speaksOf(wide, method)))
    return false;
  const left = parsePath(wide.path);
  const right = parsePath(narrow.path);
  return left.ok && right.ok && coverage(left.segments, right.segments) === 'all';
}

/** Does the rule speak of an endpoint of the catalogue, or of some paths of it? */
export function touches(rule: Rule, entry: CatalogueEntry): boolean {
  if (!speaksOf(rule, entry.method)) return false;
  const left = parsePath(rule.path);
  const right = parsePath(entry.path);
  return left.ok && right.ok && coverage(left.segments, right.segments) !== 'none';
}
