import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readExactHead } from './exact-head.ts';

const LINE = 'GET /forward-auth/nginx HTTP/1.1';
const NAME = /^[0-9A-Za-z-]{1,64}$/;
const VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** The headers of a head as patterns read them, line by line; null where one is not exact. */
function byPatterns(lines: readonly string[]): readonly string[] | null {
  const headers: string[] = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]*): ?([^]*)$/.exec(line) ?? [];
    if (!NAME.test(name) || !VALUE.test(value)) return null;
    headers.push(name, value);
  }
  return headers;
}

const piece = fc.constantFrom(
  'X',
  'a',
  '-',
  '_',
  ':',
  ' ',
  '  ',
  '\t',
  '\r',
  '\n',
  '\0',
  '~',
  '\u007f',
  '\u00e9',
  'Host',
  ': ',
  '0',
);
const line = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
const goodLine = fc
  .tuple(fc.constantFrom('X-A', 'host'), fc.constantFrom(': ', ':'), line)
  .map((parts) => parts.join(''));

test('takes the lines that patterns take, and reads them as they do', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(goodLine, line), { maxLength: 4 }), (lines) => {
      // A line break inside makes other lines of them.
      const text = [LINE, ...lines, '', ''].join('\r\n');
      const whole = text.slice(0, text.indexOf('\r\n\r\n') + 4);
      const expected = byPatterns(whole.slice(0, -4).split('\r\n').slice(1));
      expect({ whole, headers: readExactHead(whole)?.rawHeaders ?? null }).toEqual({
        whole,
        headers: expected,
      });
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  'X-A: b ',
  'X-A:  b',
  'X-A: ',
  'X-A',
  ': b',
  'X A: b',
  'X-A : b',
  `${'X'.repeat(65)}: b`,
  'X-A: b\tc',
])('leaves %j to the parser of Node', (header) => {
  expect(readExactHead(`${LINE}\r\nHost: a\r\n\r\n`)).not.toBeNull();
  expect(readExactHead(`${LINE}\r\n${header}\r\n\r\n`)).toBeNull();
  expect(readExactHead(`${LINE}\r\nHost: a\r\n${header}\r\n\r\n`)).toBeNull();
});
