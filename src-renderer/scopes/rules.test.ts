import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, rule as ruleSchema, type Method, type Rule } from '#contract/scopes.ts';
import { cellState, commonState, nextCellState, setCells, type CellState } from './cell-rules.ts';
import {
  gridColumns,
  gridGroup,
  gridRows,
  rowCells,
  searchEndpoints,
  type GridEndpoint,
} from './endpoint-grid-rows.ts';
import { flagRules } from './rule-flags.ts';
import { parseRule, parseRules, ruleLine } from './rule-text.ts';
import { catalogueCounts, endpointVerdict, readyRules } from './rule-verdict.ts';
import { scopeSentence } from './scope-sentence.ts';

const path = fc.constantFrom('/a', '/a/b', '/a/{id}', '/a/*', '/a/**', '/c/{x}/d', '/**', '/c/');
const methods = fc.oneof(fc.constant(['*'] as ['*']), fc.subarray<Method>([...METHODS], { minLength: 1 }));
const ruleArbitrary: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  methods,
  path,
});
const allow = (text: string): Rule => {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.rule;
};

describe('rule text', () => {
  it('reads back every rule that it writes', () => {
    fc.assert(
      fc.property(ruleArbitrary, (rule) => {
        const parsed = parseRule(ruleLine(rule));
        expect(parsed.ok && parsed.rule).toEqual(rule);
        expect(ruleSchema.safeParse(rule).success).toBe(true);
      }),
    );
  });

  it('reads methods in any case and ANY as every method', () => {
    expect(allow('get,head /x')).toEqual({ effect: 'allow', methods: ['GET', 'HEAD'], path: '/x' });
    expect(allow('deny any /x')).toEqual({ effect: 'deny', methods: ['*'], path: '/x' });
  });

  it.each([
    ['/x', /method and a path/],
    ['FETCH /x', /not a method/],
    ['GET x', /starts with/],
    ['GET /a/**/b', /only come last/],
    ['GET /a*b', /whole segment/],
    ['GET /a//b', /Double slashes/],
    ['GET /a%2fb', /Encoded/],
    ['GET /a/../b', /Dot segments/],
    ['GET /a?x=1', /query/],
  ])('refuses %s with a reason', (text, reason) => {
    const parsed = parseRule(text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.message).toMatch(reason);
  });

  it('names the lines that cannot be read and keeps the others', () => {
    const { rules, problems } = parseRules('GET /a\n\n# note\nnonsense\ndeny DELETE /a');
    expect(rules.map(ruleLine)).toEqual(['GET /a', 'deny DELETE /a']);
    expect(problems.map((problem) => problem.line)).toEqual([4]);
  });
});

describe('cells and rules', () => {
  const cellArbitrary = fc.record({ method: fc.constantFrom(...METHODS), path });

  it('gives the cell its state and leaves every other cell as it was', () => {
    const states = fc.constantFrom<CellState>('unset', 'allow', 'deny');
    fc.assert(
      fc.property(
        fc.array(ruleArbitrary, { maxLength: 6 }),
        cellArbitrary,
        states,
        cellArbitrary,
        (rules, cell, state, other) => {
          const after = setCells(rules, [cell], state);
          expect(cellState(after, cell)).toBe(state);
          if (other.method !== cell.method || other.path !== cell.path) {
            expect(cellState(after, other)).toBe(cellState(rules, other));
          }
        },
      ),
    );
  });

  it('comes back to not set after three presses of Space', () => {
    const cell = { method: 'GET', path: '/a' } as const;
    let rules: readonly Rule[] = [];
    const seen = [0, 1, 2].map(() => {
      rules = setCells(rules, [cell], nextCellState(cellState(rules, cell)));
      return cellState(rules, cell);
    });
    expect(seen).toEqual(['allow', 'deny', 'unset']);
    expect(rules).toEqual([]);
  });

  it('keeps methods of one path in one rule', () => {
    const cells = [{ method: 'POST', path: '/a' } as const, { method: 'GET', path: '/a' } as const];
    expect(setCells([], cells, 'allow').map(ruleLine)).toEqual(['GET,POST /a']);
  });

  it('says mixed when cells of a group differ', () => {
    const cells = [{ method: 'GET', path: '/a' } as const, { method: 'GET', path: '/b' } as const];
    expect(commonState([allow('GET /a')], cells)).toBe('mixed');
    expect(commonState([allow('GET /a'), allow('GET /b')], cells)).toBe('allow');
  });
});

describe('grid rows', () => {
  const endpoints: GridEndpoint[] = [
    { method: 'GET', path: '/offers', group: 'offers', summary: 'List offers' },
    { method: 'POST', path: '/offers', group: 'offers', summary: 'Create an offer' },
    { method: 'GET', path: '/inventory/{id}', group: 'inventory', summary: '' },
    { method: 'HEAD', path: '/inventory/{id}', group: 'inventory', summary: '' },
  ];

  it('has one row per path under its group and only the columns it needs', () => {
    const rows = gridRows(endpoints, new Set());
    expect(rows.map((row) => (row.kind === 'group' ? row.group : row.path))).toEqual([
      'inventory',
      '/inventory/{id}',
      'offers',
      '/offers',
    ]);
    expect(gridColumns(endpoints)).toEqual(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);
  });

  it('groups by what follows the version where the catalogue only knows the version', () => {
    expect(gridGroup({ group: 'v1', path: '/v1/inventory/{id}' })).toBe('v1/inventory');
    expect(gridGroup({ group: 'v1', path: '/v1/{id}' })).toBe('v1');
    expect(gridGroup({ group: 'Stock', path: '/v1/inventory' })).toBe('Stock');
  });

  it('hides the paths of a closed group but keeps its cells', () => {
    const rows = gridRows(endpoints, new Set(['offers']));
    const offers = rows.find((row) => row.group === 'offers');
    expect(rows).toHaveLength(3);
    expect(offers === undefined ? [] : rowCells(offers, null)).toHaveLength(2);
    expect(offers === undefined ? [] : rowCells(offers, 'POST')).toEqual([
      { method: 'POST', path: '/offers' },
    ]);
  });

  it('searches both axes: a method word keeps only that method', () => {
    expect(searchEndpoints(endpoints, 'post off')).toEqual([endpoints[1]]);
    expect(searchEndpoints(endpoints, 'list')).toEqual([endpoints[0]]);
  });
});

describe('verdicts', () => {
  const own = (...texts: string[]) =>
    readyRules(texts.map((text) => ({ rule: allow(text), scopeName: null })));

  it('denies what nothing allows and lets deny win', () => {
    const rules = own('GET /v1/**', 'deny GET /v1/secret');
    expect(endpointVerdict(rules, { method: 'GET', path: '/v1/items' }).outcome).toBe('allowed');
    expect(endpointVerdict(rules, { method: 'GET', path: '/v1/secret' }).outcome).toBe('denied');
    expect(endpointVerdict(rules, { method: 'POST', path: '/v1/items' })).toEqual({
      outcome: 'denied',
      by: null,
    });
  });

  it('says partly when a rule reaches only some paths of a template', () => {
    expect(endpointVerdict(own('GET /items/7'), { method: 'GET', path: '/items/{id}' }).outcome).toBe(
      'partly',
    );
    expect(
      endpointVerdict(own('GET /items/*', 'deny GET /items/7'), { method: 'GET', path: '/items/{id}' })
        .outcome,
    ).toBe('partly');
  });

  it('counts every endpoint once', () => {
    const entry = fc.record({ method: fc.constantFrom(...METHODS), path });
    fc.assert(
      fc.property(fc.array(ruleArbitrary), fc.array(entry), (rules, entries) => {
        const counts = catalogueCounts(readyRules(rules.map((rule) => ({ rule, scopeName: null }))), entries);
        expect(counts.allowed + counts.partly + counts.denied).toBe(entries.length);
      }),
    );
  });
});

describe('flags', () => {
  const flag = (texts: string[], catalogue: { method: Method; path: string }[] = []) =>
    flagRules(texts.map(allow), [], catalogue).map((found) => found?.kind ?? null);

  it('flags the second of two equal rules only', () => {
    expect(flag(['GET /a', 'GET /a'])).toEqual([null, 'duplicate']);
  });
  it('flags a rule that a wider one covers, whatever the order', () => {
    expect(flag(['GET /a/b', 'GET /a/**'])).toEqual(['covered', null]);
    expect(flag(['GET /a/*', 'GET /a/{id}'])).toEqual([null, 'covered']);
  });
  it('flags an allow rule that a deny rule swallows', () => {
    expect(flag(['GET /a', 'deny * /**'])).toEqual(['overruled', null]);
  });
  it('does not take a method list for every method', () => {
    expect(flag(['* /a', 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS /a'])[0]).toBeNull();
  });
  it('flags a rule that no endpoint of the catalogue fits', () => {
    expect(flag(['GET /x'], [{ method: 'GET', path: '/a' }])).toEqual(['matchesNothing']);
  });
  it('flags what a chosen scope already grants', () => {
    const [found] = flagRules([allow('GET /a')], [{ rule: allow('GET /**'), scopeName: 'all:read' }], []);
    expect(found?.text).toContain('all:read');
  });
});

describe('sentence', () => {
  it('says in words what is allowed, what is denied and that the rest is refused', () => {
    expect(scopeSentence([allow('GET /inventory/**'), allow('deny DELETE /v1/**')])).toBe(
      'May call GET /inventory/**. Never DELETE /v1/**, even where an allow rule fits: deny wins. Everything else is refused.',
    );
    expect(scopeSentence([allow('deny * /**')])).toMatch(/May call nothing/);
  });
});
