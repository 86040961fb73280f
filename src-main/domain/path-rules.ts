import type { Rule } from '#contract/scopes.ts';
import { normalisePath } from './normalise-path.ts';
import type { NormalisedPath } from './normalise-path.ts';

/** A rule and where it comes from: the name of a scope, or `own rule`. */
export type SourcedRule = Rule & { readonly source: string };

/** Name of the source of rules that belong to the key itself. */
export const OWN_RULE = 'own rule';

/** A pattern cut into segments; null stands for any one non-empty segment. */
export interface PathPattern {
  readonly segments: readonly (string | null)[];
  /** The pattern ends in `**`: whatever follows matches, also nothing after the last slash. */
  readonly takesRest: boolean;
}

/** Rules made ready to decide with. */
export interface RuleSet {
  readonly denies: readonly CompiledRule[];
  readonly allows: readonly CompiledRule[];
}

interface CompiledRule {
  readonly rule: SourcedRule;
  /** null = every method. */
  readonly methods: ReadonlySet<string> | null;
  readonly pattern: PathPattern;
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
  const denies: CompiledRule[] = [];
  const allows: CompiledRule[] = [];
  for (const rule of rules) {
    const parsed = parsePattern(rule.path);
    const methods = rule.methods[0] === '*' ? null : new Set<string>(rule.methods);
    if (rule.effect === 'deny')
      denies.push({ rule, methods, pattern: parsed.ok ? parsed.pattern : EVERYTHING });
    else if (parsed.ok) allows.push({ rule, methods, pattern: parsed.pattern });
  }
  return { denies, allows };
}

/** May `method` go to `path`? Deny wins, default deny. `rule` is the one that decided, null when none matched.
 *  Linear in rules times segments. Methods are compared as they are: HEAD needs a rule of its own. */
export function decideRules(
  set: RuleSet,
  method: string,
  path: Extract<NormalisedPath, { ok: true }>,
): { readonly allowed: boolean; readonly rule: SourcedRule | null } {
  const deny = firstMatch(set.denies, method, path.segments);
  if (deny !== null) return { allowed: false, rule: deny };
  const allow = firstMatch(set.allows, method, path.segments);
  return { allowed: allow !== null, rule: allow };
}

/** A rule as people read it: `allow GET /inventory/** (inventory:read)`. */
export function ruleText(rule: SourcedRule): string {
  return `${rule.effect} ${rule.methods.join(',')} ${rule.path} (${rule.source})`;
}

function firstMatch(
  rules: readonly CompiledRule[],
  method: string,
  segments: readonly string[],
): SourcedRule | null {
  for (const { rule, methods, pattern } of rules) {
    if ((methods === null || methods.has(method)) && patternMatches(pattern, segments)) return rule;
  }
  return null;
}

function patternMatches(pattern: PathPattern, segments: readonly string[]): boolean {
  const count = pattern.segments.length;
  // With `**` at least one more segment follows, which may be empty: `/a/**` matches `/a/` but not `/a`.
  if (pattern.takesRest ? segments.length <= count : segments.length !== count) return false;
  for (let index = 0; index < count; index += 1) {
    const wanted = pattern.segments[index];
    if (wanted === null ? segments[index] === '' : segments[index] !== wanted) return false;
  }
  return true;
}
