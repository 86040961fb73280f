import type { Rule } from '#contract/scopes.ts';
import { normalisePath } from './normalise-path.ts';
import type { NormalisedPath } from './normalise-path.ts';
import { RuleTree } from './rule-tree.ts';
import type { PathPattern } from './rule-tree.ts';

/** A rule and where it comes from: the name of a scope, or `own rule`. */
export type SourcedRule = Rule & { readonly source: string };

/** Name of the source of rules that belong to the key itself. */
export const OWN_RULE = 'own rule';

/** A rule with its text, made ready to decide with. */
interface CompiledRule {
  readonly rule: SourcedRule;
  readonly text: string;
}

/** Rules made ready to decide with. */
export interface RuleSet {
  readonly denies: RuleTree<CompiledRule>;
  readonly allows: RuleTree<CompiledRule>;
}

const EVERYTHING: PathPattern = { segments: [], takesRest: true };

/** Reads a pattern: `*` and `{name}` stand for one segment, `**` for the rest and only at the end.
 *  `message` is a sentence for whoever typed it. */
export function parsePattern(
  path: string,
): { readonly ok: true; readonly pattern: PathPattern } | { readonly ok: false; readonly message: string } {
  if (path.includes('?'))
    return { ok: false, message: 'A pattern has no query string: leave out ? and the rest.' };
  const normalised = normalisePath(path);
  if (!normalised.ok) return { ok: false, message: normalised.reason };
  const takesRest = path.endsWith('/**');
  const segments: (string | null)[] = [];
  // Wildcards are read before decoding: `%2A` is a star that is meant as a character.
  for (const [index, text] of path.slice(1).split('/').entries()) {
    if (takesRest && index === normalised.segments.length - 1) break;
    if (text === '**')
      return { ok: false, message: '** stands for the rest and can only be the last segment.' };
    const isWildcard = text === '*' || /^\{[^{}*]+\}$/.test(text);
    if (!isWildcard && /[*{}]/.test(text)) {
      return {
        ok: false,
        message: `* and {name} stand for a whole segment; “${text}” mixes them with text.`,
      };
    }
    segments.push(isWildcard ? null : (normalised.segments[index] ?? ''));
  }
  return { ok: true, pattern: { segments, takesRest } };
}

/** Prepares rules. A rule whose pattern cannot be read never allows, and as a deny rule it denies every path. */
export function compileRules(rules: readonly SourcedRule[]): RuleSet {
  const denies = new RuleTree<CompiledRule>();
  const allows = new RuleTree<CompiledRule>();
  for (const rule of rules) {
    const parsed = parsePattern(rule.path);
    const methods = rule.methods[0] === '*' ? null : new Set<string>(rule.methods);
    const compiled = { rule, text: ruleText(rule) };
    if (rule.effect === 'deny') denies.add(parsed.ok ? parsed.pattern : EVERYTHING, methods, compiled);
    else if (parsed.ok) allows.add(parsed.pattern, methods, compiled);
  }
  return { denies, allows };
}

/** What rules say of a request: `rule` is the one that decided, null when none matched, and `text` is how people read it. */
interface Verdict {
  readonly allowed: boolean;
  readonly rule: SourcedRule | null;
  readonly text: string | null;
}

const NO_RULE_MATCHED: Verdict = { allowed: false, rule: null, text: null };

/** May `method` go to `path`? Deny wins, default deny. Of several rules that match the first decides. At worst linear in the
 *  segments of all rules. Methods are compared as they are: HEAD needs a rule of its own. */
export function decideRules(
  set: RuleSet,
  method: string,
  path: Extract<NormalisedPath, { ok: true }>,
): Verdict {
  const deny = set.denies.find(method, path.segments);
  if (deny !== null) return { allowed: false, rule: deny.rule, text: deny.text };
  const allow = set.allows.find(method, path.segments);
  return allow === null ? NO_RULE_MATCHED : { allowed: true, rule: allow.rule, text: allow.text };
}

/** A rule as people read it: `allow GET /inventory/** (inventory:read)`. */
export function ruleText(rule: SourcedRule): string {
  return `${rule.effect} ${rule.methods.join(',')} ${rule.path} (${rule.source})`;
}
