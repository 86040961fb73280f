import type { RequestRow } from '#contract/requests.ts';
import { METHODS } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import type { Endpoint } from '#contract/services.ts';
import { coverage, parsePath } from '#renderer/scopes/rule-pattern.ts';

/**
 * The smallest rule that would have let a refused request pass: the catalogue's template that fits its path, else the
 * path itself. null when no rule can: refused for something else, by a deny rule, or a path that never matches.
 */
export function missingRule(
  row: Pick<RequestRow, 'code' | 'method' | 'path' | 'rule' | 'keyId'>,
  endpoints: readonly Pick<Endpoint, 'method' | 'path'>[],
): Rule | null {
  if (row.code !== 'INSUFFICIENT_SCOPE' || row.keyId === null || row.rule !== null || row.path === null)
    return null;
  const method = METHODS.find((name) => name === row.method);
  const path = row.path.replace(/\?.*$/s, '');
  const parsed = parsePath(path);
  if (method === undefined || !parsed.ok || /[*{}]/.test(path)) return null;
  const template = endpoints.find((endpoint) => {
    const pattern = parsePath(endpoint.path);
    return endpoint.method === method && pattern.ok && coverage(pattern.segments, parsed.segments) === 'all';
  });
  return { effect: 'allow', methods: [method], path: template?.path ?? path };
}
