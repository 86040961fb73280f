import { normalisePath } from './normalise-path.ts';
import { decideRules, type RuleSet } from './path-rules.ts';

/** Do rules let an endpoint of a catalogue be called? Rules are asked about paths, never about templates, so a path stands for it. */
export function allowsEndpoint(
  rules: RuleSet,
  { method, path }: { readonly method: string; readonly path: string },
): boolean {
  const sample = normalisePath(path.replaceAll(/\{[^{}/]*\}|\*+/g, 'x'));
  return sample.ok && decideRules(rules, method, sample).allowed;
}
