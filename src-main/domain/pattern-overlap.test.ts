import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalisePath } from './normalise-path.ts';
import { parsePattern } from './path-rules.ts';
import { patternCovers, patternsMeet } from './pattern-overlap.ts';
import { RuleTree, type PathPattern } from './rule-tree.ts';

const SEGMENTS = ['a', 'b'] as const;

function pattern(path: string): PathPattern {
  const parsed = parsePattern(path);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.pattern;
}

/** Every path of up to four segments over a small alphabet, with and without a slash at its end. */
const PATHS = (() => {
  const paths: string[] = [''];
  for (let start = 0, depth = 0; depth < 4; depth += 1) {
    const end = paths.length;
    for (const path of paths.slice(start, end))
      for (const one of [...SEGMENTS, 'c']) paths.push(`${path}/${one}`);
    start = end;
  }
  return paths.flatMap((path) => (path === '' ? ['/'] : [path, `${path}/`]));
})();

function matches(one: PathPattern, path: string): boolean {
  const tree = new RuleTree<true>();
  tree.add(one, null, true);
  const asked = normalisePath(path);
  return asked.ok && tree.find('GET', asked.segments) === true;
}

const patterns = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '{id}'), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '/', '/**'),
  )
  .map(([segments, end]) => `/${segments.join('/')}${end}`);

it('patterns meet when a path fits both, and one covers the other when it fits all of its paths', () => {
  fc.assert(
    fc.property(patterns, patterns, (one, other) => {
      const [a, b] = [pattern(one), pattern(other)];
      const ofB = PATHS.filter((path) => matches(b, path));
      expect(patternsMeet(a, b)).toBe(ofB.some((path) => matches(a, path)));
      expect(patternCovers(a, b)).toBe(ofB.every((path) => matches(a, path)));
    }),
    { numRuns: 300 },
  );
});
