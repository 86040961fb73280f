import type { Rule } from '#contract/scopes.ts';
import { ruleLine } from './rule-text.ts';

/** How many rules the sentence spells out before it counts the rest. */
const RULES_SPELLED_MAX = 4;

/**
 * What a rule set means, in words: `May call GET /inventory/** and POST /offers. Never DELETE /v1/**. Everything else
 * is refused.`
 */
export function scopeSentence(rules: readonly Rule[]): string {
  const allows = distinct(rules.filter((rule) => rule.effect === 'allow'));
  const denies = distinct(rules.filter((rule) => rule.effect === 'deny'));
  if (allows.length === 0) {
    return 'May call nothing yet: without an allow rule every request is refused.';
  }
  const may = `May call ${listed(allows)}.`;
  const never =
    denies.length === 0 ? '' : ` Never ${listed(denies)}, even where an allow rule fits: deny wins.`;
  return `${may}${never} Everything else is refused.`;
}

function distinct(rules: readonly Rule[]): readonly string[] {
  const lines = rules.map((rule) => {
    const line = ruleLine({ ...rule, effect: 'allow' });
    return line.startsWith('* ') ? `every method of ${line.slice(2)}` : line;
  });
  return [...new Set(lines)];
}

function listed(lines: readonly string[]): string {
  const shown = lines.slice(0, RULES_SPELLED_MAX);
  const left = lines.length - shown.length;
  const parts = left > 0 ? [...shown, `${String(left)} more`] : shown;
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(parts);
}
