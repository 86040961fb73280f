import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';

/** A request that the first allow rule would let pass: `GET /inventory/sample`. Without a rule, `GET /`. */
export function sampleRequest(rules: readonly Rule[]): { readonly method: Method; readonly path: string } {
  const rule = rules.find((candidate) => candidate.effect === 'allow');
  if (rule === undefined) return { method: 'GET', path: '/' };
  const [method] = rule.methods;
  const path = rule.path.replaceAll('**', 'sample').replaceAll(/\{[^}/]*\}|\*/g, 'sample');
  return { method: method === undefined || method === '*' ? 'GET' : method, path };
}
