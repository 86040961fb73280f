import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { compileRules, decideRules, parsePattern } from '#main/domain/path-rules.ts';
import { coverage, parsePath, type Segment } from './rule-pattern.ts';

const word = fc.constantFrom('a', 'b', 'caf%C3%A9', 'A');
const patternPath = fc
  .tuple(
    fc.array(fc.oneof(word, fc.constantFrom('*', '{id}')), { maxLength: 3 }),
    fc.constantFrom('', '/', '/**', '/*'),
  )
  .map(([segments, end]) => `/${segments.join('/')}${segments.length === 0 ? end.slice(1) : end}`)
  .filter((path) => !path.includes('//'));
const concretePath = fc
  .tuple(fc.array(word, { maxLength: 4 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => `/${segments.join('/')}${segments.length === 0 ? '' : end}`);

const segmentsOf = (path: string): readonly Segment[] => {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.message}`);
  return parsed.segments;
};
const serverAllows = (pattern: string, path: string): boolean => {
  const normalised = normalisePath(path);
  if (!normalised.ok) throw new Error(normalised.reason);
  const rules = compileRules([{ effect: 'allow', methods: ['GET'], path: pattern, source: 'test' }]);
  return decideRules(rules, 'GET', normalised).allowed;
};

describe('coverage', () => {
  it('says for a concrete path what the server says', () => {
    fc.assert(
      fc.property(patternPath, concretePath, (pattern, path) => {
        expect(coverage(segmentsOf(pattern), segmentsOf(path))).toBe(
          serverAllows(pattern, path) ? 'all' : 'none',
        );
      }),
      { numRuns: 500 },
    );
  });

  it('never says all where the server refuses a path of the template, nor none where it allows one', () => {
    const fill = (template: string, words: readonly string[], rest: string) => {
      let index = 0;
      const next = () => words[index++ % words.length] ?? 'a';
      return template
        .split('/')
        .map((part) => (part === '**' ? rest : part === '*' || part.startsWith('{') ? next() : part))
        .join('/');
    };
    fc.assert(
      fc.property(
        patternPath,
        patternPath,
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', 'a', 'a/b', 'b/'),
        (pattern, template, words, rest) => {
          const said = coverage(segmentsOf(pattern), segmentsOf(template));
          const allowed = serverAllows(pattern, fill(template, words, rest));
          if (said === 'all') expect(allowed).toBe(true);
          if (said === 'none') expect(allowed).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('reads exactly the patterns that the server reads, spaces aside', () => {
    const text = fc.oneof(
      patternPath,
      fc.string().map((raw) => `/${raw}`),
      fc.constantFrom('/a//b', '/a/%2e%2e/b', '/..;x', '/a/**/b', '/a*', '/{', '/%zz', '/a%2Fb', '/%00', 'a'),
      fc
        .array(fc.constantFrom('a', '/', '.', ';', '%3B', '%25', '25', '2e', '2F', '5C', '%32', '%65'), {
          maxLength: 6,
        })
        .map((parts) => `/${parts.join('')}`),
    );
    fc.assert(
      fc.property(
        text.filter((path) => !/\s/.test(path) && path.length <= 256),
        (path) => {
          expect(parsePath(path).ok).toBe(parsePattern(path).ok);
        },
      ),
      { numRuns: 500 },
    );
  });
});
