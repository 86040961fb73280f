import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { parsePath } from './rule-pattern.ts';

/** A rule read from one line of text, or one sentence saying what is wrong. */
export type ParsedRule =
  { readonly ok: true; readonly rule: Rule } | { readonly ok: false; readonly message: string };

/** A rule as a person types it: `GET /inventory/**`, `deny DELETE,PUT /v1/**`, `* /health`. Inverse of parseRule. */
export function ruleLine(rule: Rule): string {
  const prefix = rule.effect === 'deny' ? 'deny ' : '';
  return `${prefix}${rule.methods.join(',')} ${rule.path}`;
}

/** Reads `[allow|deny] METHOD[,METHOD…] /path`; methods in any case, `*` or `ANY` for every method. */
export function parseRule(line: string): ParsedRule {
  const words = line.trim().split(/\s+/);
  const first = words[0]?.toLowerCase();
  const hasEffect = first === 'allow' || first === 'deny';
  const effect = first === 'deny' ? 'deny' : 'allow';
  const rest = hasEffect ? words.slice(1) : words;
  const path = rest.at(-1);
  const methodWords = rest.slice(0, -1).join(',').split(',').filter(Boolean);
  if (path === undefined || methodWords.length === 0) {
    return { ok: false, message: 'Write a method and a path, for example GET /inventory/**.' };
  }
  const methods = parseMethods(methodWords);
  if (!methods.ok) return methods;
  const parsed = parsePath(path);
  if (!parsed.ok) return parsed;
  return { ok: true, rule: { effect, methods: methods.methods, path } };
}

/** Several rules, one a line; empty lines and lines that start with # are left out. Line numbers start at 1. */
export function parseRules(text: string): {
  readonly rules: readonly Rule[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
} {
  const rules: Rule[] = [];
  const problems: { line: number; message: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const parsed = parseRule(line);
    if (parsed.ok) rules.push(parsed.rule);
    else problems.push({ line: index + 1, message: parsed.message });
  }
  return { rules, problems };
}

function parseMethods(
  words: readonly string[],
): { ok: true; methods: Rule['methods'] } | { ok: false; message: string } {
  const upper = words.map((word) => word.toUpperCase());
  if (upper.includes('*') || upper.includes('ANY')) {
    return upper.length === 1
      ? { ok: true, methods: ['*'] }
      : { ok: false, message: '* already stands for every method: leave the others out.' };
  }
  const unknown = upper.find((word) => !isMethod(word));
  if (unknown !== undefined) {
    return { ok: false, message: `${unknown} is not a method. Use ${METHODS.join(', ')} or *.` };
  }
  return { ok: true, methods: METHODS.filter((method) => upper.includes(method)) };
}

function isMethod(word: string): word is Method {
  return METHODS.some((method) => method === word);
}
