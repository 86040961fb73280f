import { type Method, METHODS } from '#contract/http-methods.ts';
import { type Rule, RULES_MAX } from '#contract/scopes.ts';
import { ruleOfShape } from './endpoint-shape.ts';
import { parsePattern } from './path-rules.ts';
import { patternCovers, patternsMeet } from './pattern-overlap.ts';

/** Does `wide` allow everything that `narrow` allows? */
export function ruleCovers(wide: Rule, narrow: Rule): boolean {
  const [outer, inner] = [parsePattern(wide.path), parsePattern(narrow.path)];
  if (!outer.ok || !inner.ok) return false;
  return (
    methodsOf(narrow).every((method) => allows(wide, method)) && patternCovers(outer.pattern, inner.pattern)
  );
}

/** Rules for what a party called: its endpoints, none wider than what `granted` allows. Of an endpoint that is wider (`/items/*` where
 *  only `/items/7` is granted) the granted rules for it. Null where it called nothing that a rule can say, or more than rules can. */
export function rulesFor(endpoints: readonly string[], granted: readonly Rule[]): readonly Rule[] | null {
  const wanted = endpoints.flatMap((endpoint) => {
    const rule = ruleOfShape(endpoint);
    if (rule === null) return [];
    return granted.some((wide) => ruleCovers(wide, rule)) ? [rule] : narrowed(rule, granted);
  });
  const byPath = new Map<string, Set<Method>>();
  for (const { path, methods } of wanted) {
    const known = byPath.get(path) ?? new Set();
    byPath.set(path, known);
    for (const method of methods) if (method !== '*') known.add(method);
  }
  const rules = [...byPath].map(([path, methods]): Rule => ({
    effect: 'allow',
    methods: METHODS.filter((one) => methods.has(one)),
    path,
  }));
  const needed = rules.filter(
    (rule, index) => !rules.some((other, at) => at !== index && ruleCovers(other, rule)),
  );
  return needed.length === 0 || needed.length > RULES_MAX ? null : needed;
}

/** What of the granted rules is about the same paths, for the methods of the rule alone. */
function narrowed(rule: Rule, granted: readonly Rule[]): readonly Rule[] {
  const wanted = parsePattern(rule.path);
  return granted.flatMap((wide): Rule[] => {
    const pattern = parsePattern(wide.path);
    const methods = methodsOf(rule).filter((method) => allows(wide, method));
    if (!wanted.ok || !pattern.ok || methods.length === 0) return [];
    return patternsMeet(wanted.pattern, pattern.pattern)
      ? [{ effect: 'allow', methods, path: wide.path }]
      : [];
  });
}

function methodsOf({ methods }: Rule): readonly Method[] {
  return METHODS.filter((method) => methods[0] === '*' || methods.some((one) => one === method));
}

function allows({ methods }: Rule, method: Method): boolean {
  return methods[0] === '*' || methods.some((one) => one === method);
}
