import { expect, test } from 'vitest';
import { RuleTree, type PathPattern } from './rule-tree.ts';

interface Rule {
  readonly pattern: PathPattern;
  readonly methods: ReadonlySet<string> | null;
}

/** One rule after the other, as the words of the product say it. */
function firstInTurn(rules: readonly Rule[], method: string, segments: readonly string[]): number | null {
  const found = rules.findIndex(({ pattern, methods }) => {
    const count = pattern.segments.length;
    if (methods !== null && !methods.has(method)) return false;
    if (pattern.takesRest ? segments.length <= count : segments.length !== count) return false;
    return pattern.segments.every((wanted, index) =>
      wanted === null ? segments[index] !== '' : segments[index] === wanted,
    );
  });
  return found === -1 ? null : found;
}

test('the first of all rules that match is found, whatever they are', () => {
  let state = 3;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const words = ['a', 'b', ''];
  let matches = 0;
  for (let round = 0; round < 3_000; round += 1) {
    const rules = Array.from({ length: random(12) }, (): Rule => {
      const segments = Array.from({ length: random(4) }, () => [...words, null][random(4)] ?? null);
      const methods = random(2) === 0 ? null : new Set([['GET', 'PUT'][random(2)] ?? '']);
      return { pattern: { segments, takesRest: random(3) === 0 }, methods };
    });
    const tree = new RuleTree<number>();
    for (const [index, { pattern, methods }] of rules.entries()) tree.add(pattern, methods, index);
    expect(tree.length).toBe(rules.length);
    for (let look = 0; look < 8; look += 1) {
      const segments = Array.from({ length: 1 + random(4) }, () => words[random(3)] ?? '');
      const method = ['GET', 'PUT', 'POST'][random(3)] ?? '';
      const expected = firstInTurn(rules, method, segments);
      if (expected !== null) matches += 1;
      expect(tree.find(method, segments)).toBe(expected);
    }
  }
  expect(matches).toBeGreaterThan(5_000);
});

test('of thousands of rules a path meets the few that begin as it does', () => {
  const tree = new RuleTree<number>();
  let reads = 0;
  const methods = new (class extends Set<string> {
    override has(method: string): boolean {
      reads += 1;
      return super.has(method);
    }
  })(['GET']);
  for (let rule = 0; rule < 3_200; rule += 1) {
    tree.add({ segments: ['v1', `things${String(rule)}`, null], takesRest: rule % 2 === 0 }, methods, rule);
  }
  expect(tree.find('GET', ['v1', 'things3199', '42'])).toBe(3_199);
  expect(tree.find('GET', ['v1', 'others', '42'])).toBeNull();
  expect(reads).toBeLessThan(5);
});
