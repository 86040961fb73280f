import { normalisePath, pathWithoutQuery } from './normalise-path.ts';
import { decideRules } from './path-rules.ts';
import type { RuleSet } from './path-rules.ts';
import { redactKeys } from './redact-keys.ts';
import { missingForQuery } from './scope-query.ts';
import type { ScopeQuery } from './scope-query.ts';

/** What a service asks for: method and path go together; null = not asked. */
export interface Demand {
  readonly method: string | null;
  readonly path: string | null;
  /** Names of scopes that the service demands, all of them. */
  readonly scopes: readonly string[] | null;
  /** A Boolean demand on scopes. */
  readonly scopeQuery: ScopeQuery | null;
}

/** What a key holds at the calling service. */
export interface Held {
  readonly scopeNames: readonly string[];
  readonly rules: RuleSet;
  /** Of a child: names of its parent's scopes that it does not hold. A demand to lack one of them is not met either. */
  readonly withheldNames?: readonly string[];
}

/** `rule` is the one that decided, as text. When allowed, `missing` is empty and `why` is null. */
export interface ScopeFinding {
  readonly isAllowed: boolean;
  readonly rule: string | null;
  readonly missing: readonly string[];
  readonly why: { readonly message: string; readonly detail: string | null } | null;
}

/** Both must pass when both are asked: the rules for method and path, and every demanded scope. Default deny. */
export function checkScopes(held: Held, demand: Demand): ScopeFinding {
  const missing = missingScopes(held, demand);
  const { method, path } = demand;
  if (method === null || path === null) {
    const isAsked = demand.scopes !== null || demand.scopeQuery !== null;
    if (isAsked && missing.length === 0) return allowed(null);
    return refused(missing, null, lacksScopes(missing), null);
  }
  const normalised = normalisePath(path);
  if (!normalised.ok) {
    const endpoint = endpointText(method, path);
    return refused([endpoint, ...missing], null, `${endpoint} cannot be matched safely.`, normalised.reason);
  }
  const verdict = decideRules(held.rules, method, normalised);
  const rule = verdict.text;
  if (verdict.allowed && missing.length === 0) return allowed(rule);
  if (verdict.allowed) return refused(missing, null, lacksScopes(missing), null);
  const endpoint = endpointText(method, path);
  const detail = rule === null ? null : `Denied by the rule: ${rule}`;
  return refused([endpoint, ...missing], rule, `${endpoint} is not in this key's scopes.`, detail);
}

const NONE_MISSING: readonly string[] = [];

function missingScopes(held: Held, { scopes, scopeQuery }: Demand): readonly string[] {
  const missing = scopes === null ? NONE_MISSING : scopes.filter((name) => !held.scopeNames.includes(name));
  if (scopeQuery === null) return missing;
  const { scopeNames, withheldNames } = held;
  const ofParent =
    withheldNames === undefined
      ? NONE_MISSING
      : missingForQuery(scopeQuery, new Set([...scopeNames, ...withheldNames]));
  return [...new Set([...missing, ...missingForQuery(scopeQuery, new Set(scopeNames)), ...ofParent])];
}

/** Characters of a path that a refusal repeats: a caller's path may be as long as the body. */
const SHOWN_PATH_CHARACTERS_MAX = 512;

/** An endpoint as refusals say it: see shownPath. */
export function endpointText(method: string, path: string): string {
  return `${method} ${shownPath(path)}`;
}

/** A path as refusals say it: without the query string, without a key that somebody put into it, cut when it is very long. */
export function shownPath(path: string): string {
  const shown = redactKeys(pathWithoutQuery(path)).toWellFormed();
  return shown.length <= SHOWN_PATH_CHARACTERS_MAX
    ? shown
    : `${shown.slice(0, SHOWN_PATH_CHARACTERS_MAX).toWellFormed()}…`;
}

function lacksScopes(missing: readonly string[]): string {
  if (missing.length === 0) return 'Neither an endpoint nor a scope was asked for.';
  return `This key lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${missing.join(', ')}.`;
}

function allowed(rule: string | null): ScopeFinding {
  return { isAllowed: true, rule, missing: NONE_MISSING, why: null };
}

function refused(
  missing: readonly string[],
  rule: string | null,
  message: string,
  detail: string | null,
): ScopeFinding {
  return { isAllowed: false, rule, missing, why: { message, detail } };
}
