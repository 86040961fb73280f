import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';

/** What the own rules say about exactly one endpoint: nothing, allow or deny. */
export type CellState = 'unset' | 'allow' | 'deny';

/** One endpoint of the grid. */
export interface Cell {
  readonly method: Method;
  readonly path: string;
}

/** The order in which Space goes through the states of a cell. */
export function nextCellState(state: CellState | 'mixed'): CellState {
  if (state === 'unset' || state === 'mixed') return 'allow';
  return state === 'allow' ? 'deny' : 'unset';
}

/** State of a cell from rules with exactly its path. Rules with wildcards that reach it do not count. Deny wins. */
export function cellState(rules: readonly Rule[], cell: Cell): CellState {
  const exact = rules.filter((rule) => rule.path === cell.path && has(rule, cell.method));
  if (exact.some((rule) => rule.effect === 'deny')) return 'deny';
  return exact.length > 0 ? 'allow' : 'unset';
}

/** Common state of several cells, `mixed` when they differ; `unset` for none. */
export function commonState(rules: readonly Rule[], cells: readonly Cell[]): CellState | 'mixed' {
  const states = new Set(cells.map((cell) => cellState(rules, cell)));
  const [only] = states;
  return states.size > 1 ? 'mixed' : (only ?? 'unset');
}

/**
 * Rules after these cells were given a state; every other cell keeps its own. Rules of one effect and path are one
 * rule with several methods; a `*` rule that loses a method is written out. Order of untouched rules is kept.
 */
export function setCells(rules: readonly Rule[], cells: readonly Cell[], state: CellState): readonly Rule[] {
  return cells.reduce((current, cell) => setCell(current, cell, state), rules);
}

function setCell(rules: readonly Rule[], cell: Cell, state: CellState): readonly Rule[] {
  const without = rules.flatMap((rule) => {
    if (rule.path !== cell.path || !has(rule, cell.method) || rule.effect === state) return [rule];
    const methods = written(rule).filter((method) => method !== cell.method);
    return methods.length === 0 ? [] : [{ ...rule, methods }];
  });
  if (state === 'unset') return without;
  if (without.some((rule) => rule.path === cell.path && rule.effect === state && has(rule, cell.method))) {
    return without;
  }
  const home = without.findIndex((rule) => rule.path === cell.path && rule.effect === state);
  if (home < 0) return [...without, { effect: state, methods: [cell.method], path: cell.path }];
  return without.map((rule, index) => (index === home ? withMethod(rule, cell.method) : rule));
}

function withMethod(rule: Rule, added: Method): Rule {
  const present = written(rule);
  return { ...rule, methods: METHODS.filter((method) => method === added || present.includes(method)) };
}

function written(rule: Rule): readonly Method[] {
  return METHODS.filter((method) => has(rule, method));
}

function has(rule: Rule, method: Method): boolean {
  return rule.methods.some((candidate) => candidate === '*' || candidate === method);
}
