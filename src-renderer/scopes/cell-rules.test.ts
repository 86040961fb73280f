import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { cellState, commonState, nextCellState, setCells, type CellState } from './cell-rules.ts';
import { parseRule, ruleLine } from './rule-text.ts';

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
