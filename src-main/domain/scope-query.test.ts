import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingForQuery, parseScopeQuery } from './scope-query.ts';
import type { ScopeQuery } from './scope-query.ts';

function missing(text: string, ...held: string[]): readonly string[] {
  const parsed = parseScopeQuery(text);
  if (!parsed.ok) throw new Error(`${String(parsed.position)}: ${parsed.message}`);
  return missingForQuery(parsed.query, new Set(held));
}

const { tree } = fc.letrec<{ tree: ScopeQuery }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .constantFrom('a', 'b:read', 'c.d', 'android', 'notes')
      .map((name) => ({ kind: 'name' as const, name })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('tree') }),
  ),
}));

function write(query: ScopeQuery): string {
  if (query.kind === 'name') return query.name;
  if (query.kind === 'not') return `nOt ${write(query.part)}`;
  return `(${query.parts.map(write).join(query.kind === 'and' ? ' aNd ' : '\tOR ')})`;
}

function holds(query: ScopeQuery, held: ReadonlySet<string>): boolean {
  switch (query.kind) {
    case 'name':
      return held.has(query.name);
    case 'not':
      return !holds(query.part, held);
    case 'and':
      return query.parts.every((part) => holds(part, held));
    case 'or':
      return query.parts.some((part) => holds(part, held));
  }
}

function names(query: ScopeQuery): readonly string[] {
  if (query.kind === 'name') return [query.name];
  return query.kind === 'not' ? names(query.part) : query.parts.flatMap(names);
}

describe('a scope query', () => {
  it('means what Boolean logic says, for any tree and any held scopes', () => {
    const scopes = fc.subarray(['a', 'b:read', 'c.d', 'android', 'notes', 'other']);
    fc.assert(
      fc.property(tree, scopes, (query, list) => {
        const held = new Set(list);
        expect(missing(write(query), ...held).length === 0).toBe(holds(query, held));
      }),
      { numRuns: 2_000 },
    );
  });

  it('without NOT is met once everything is added that is missing', () => {
    fc.assert(
      fc.property(tree, fc.subarray(['a', 'b:read', 'c.d']), (query, list) => {
        fc.pre(!write(query).includes('nOt '));
        const lacking = missing(write(query), ...list);
        expect(missing(write(query), ...list, ...lacking)).toEqual([]);
        expect(names(query)).toEqual(expect.arrayContaining([...lacking]));
      }),
    );
  });

  it('binds NOT before AND before OR, in any case of letters', () => {
    expect(missing('a or b and c', 'a')).toEqual([]);
    expect(missing('(a or b) and c', 'a')).toEqual(['c']);
    expect(missing('not a and b', 'b')).toEqual([]);
    expect(missing('NOT (a AND b)', 'a', 'b')).toEqual(['NOT (a AND b)']);
  });

  it('names the alternative with the least to add', () => {
    expect(missing('(a AND b AND c) OR (d AND e)', 'c')).toEqual(['a', 'b']);
    expect(missing('x AND (a AND b OR c)')).toEqual(['x', 'c']);
  });

  it.each([
    ['', 1, 'Expected the name'],
    ['a AND', 6, 'Expected the name'],
    ['a b', 3, 'AND, OR or the end'],
    ['a AND OR b', 7, 'not OR'],
    ['(a OR b', 1, 'never closed'],
    ['a)', 2, 'closes nothing'],
    ['a AND (b c)', 10, 'AND, OR or )'],
    ['a AND b!', 7, 'letters, digits'],
    ['()', 2, 'not )'],
    ['a NOT b', 3, 'AND, OR or the end'],
    [`${'('.repeat(21)}a${')'.repeat(21)}`, 21, 'inside one another'],
    [`a${' OR a'.repeat(100)}`, 501, 'at most 200'],
  ])('%s is refused at character %i', (text, position, words) => {
    const parsed = parseScopeQuery(text);
    expect(parsed).toMatchObject({ ok: false, position });
    if (!parsed.ok) expect(parsed.message).toContain(words);
  });

  it('reads any text in time and without a throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('(', ')', ' ', 'a', 'and', 'not', '!'), { size: 'max', maxLength: 1_000 }),
        (pieces) => {
          parseScopeQuery(pieces.join(''));
        },
      ),
    );
    expect(parseScopeQuery('not '.repeat(250)).ok).toBe(false);
  });
});
