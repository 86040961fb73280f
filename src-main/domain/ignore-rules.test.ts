import { expect, test } from 'vitest';
import { isIgnored, readIgnoreRules } from './ignore-rules.ts';

test.each([
  ['*.log', 'a.log', true],
  ['*.log', 'deep/er/a.log', true],
  ['/build', 'build', true],
  ['/build', 'src/build', null],
  ['docs/*.txt', 'docs/a.txt', true],
  ['docs/*.txt', 'docs/more/a.txt', null],
  ['docs/**/a.txt', 'docs/a.txt', true],
  ['docs/**/a.txt', 'docs/x/y/a.txt', true],
  ['logs/**', 'logs', null],
  ['logs/**', 'logs/x', true],
  ['out/', 'out', null],
  ['# note', '# note', null],
  ['\\#note', '#note', true],
  ['a[0-9]?.[!t]xt', 'a7b.mxt', true],
  ['a[0-9]?.[!t]xt', 'a7b.txt', null],
  ['*.env\n!keep.env', 'keep.env', false],
  ['*.env\n!keep.env', 'lose.env', true],
  ['blank   ', 'blank', true],
  ['a*b*c', `${'ab'.repeat(200)}x`, null],
])('%j says of %j: %j', (text, path, said) => {
  expect(isIgnored(readIgnoreRules(text), path.split('/'), false)).toBe(said);
});

test('a pattern with a slash at its end is for folders', () => {
  expect(isIgnored(readIgnoreRules('out/'), ['deep', 'out'], true)).toBe(true);
});
