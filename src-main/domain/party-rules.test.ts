import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Rule } from '#contract/scopes.ts';
import { endpointShape } from './endpoint-shape.ts';
import { normalisePath } from './normalise-path.ts';
import { rulesFor } from './party-rules.ts';
import { compileRules, decideRules } from './path-rules.ts';

const allow = (methods: Rule['methods'], path: string): Rule => ({ effect: 'allow', methods, path });

const path = fc
  .array(fc.constantFrom('v1', 'items', 'offers', '7', '482', 'ord_8f3k', 'parts'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => `/${segments.join('/')}`);
const method = fc.constantFrom<Rule['methods'][number][]>('GET', 'POST', 'PUT');
const granted = fc.array(
  fc.record({
    effect: fc.constant('allow' as const),
    methods: fc.constantFrom<Rule['methods']>(['*'], ['GET'], ['GET', 'POST']),
    path: fc.tuple(path, fc.constantFrom('', '/*', '/**')).map(([head, tail]) => head + tail),
  }),
  { minLength: 1, maxLength: 5 },
);

function decides(rules: readonly Rule[], request: readonly [string, string]): boolean {
  const asked = normalisePath(request[1]);
  const set = compileRules(rules.map((rule) => ({ ...rule, source: 'test' })));
  return asked.ok && decideRules(set, request[0], asked).allowed;
}

it('rules for a party allow what it called, and nothing that its key does not allow', () => {
  fc.assert(
    fc.property(
      granted,
      fc.array(fc.tuple(method, path), { minLength: 1, maxLength: 8 }),
      (rules, requests) => {
        const called = requests.filter((request) => decides(rules, request));
        const shapes = called.flatMap(([name, at]) => endpointShape(name, at) ?? []);
        const suggested = rulesFor([...new Set(shapes)], rules);
        expect(suggested === null).toBe(called.length === 0);
        for (const request of called) expect(decides(suggested ?? [], request)).toBe(true);
        for (const request of requests) {
          if (decides(suggested ?? [], request)) expect(decides(rules, request)).toBe(true);
        }
      },
    ),
  );
});

it('an endpoint is one rule, whichever of its things were asked for; a granted rule that is narrower stays as it is', () => {
  expect(rulesFor(['GET /items/*', 'POST /items/*'], [allow(['*'], '/**')])).toEqual([
    allow(['GET', 'POST'], '/items/*'),
  ]);
  expect(rulesFor(['GET /items/*'], [allow(['*'], '/items/7'), allow(['GET'], '/offers')])).toEqual([
    allow(['GET'], '/items/7'),
  ]);
  expect(rulesFor([], [allow(['*'], '/**')])).toBeNull();
});
