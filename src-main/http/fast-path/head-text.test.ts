import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeadText } from './head-text.ts';

const LAST = 'Connection: keep-alive\r\n\r\n';

function head(text: HeadText, headers: readonly (readonly [string, string])[], status = 200): string {
  text.begin(status);
  for (const [name, value] of headers) text.header(name, value);
  return text.end(LAST);
}

test('heads of every length are whole, one after the other in the same room', () => {
  const text = new HeadText();
  const header = fc.tuple(fc.constantFrom('X-A', 'X-Problem'), fc.integer({ min: 0, max: 12_000 }));
  fc.assert(
    fc.property(fc.array(header, { maxLength: 4 }), (drawn) => {
      const headers = drawn.map(([name, length]) => [name, `${'v'.repeat(length)}\u00e9\t`] as const);
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      expect(head(text, headers)).toBe(`HTTP/1.1 200 OK\r\n${lines}${LAST}`);
    }),
  );
  expect(head(text, [], 429)).toBe(`HTTP/1.1 429 Too Many Requests\r\n${LAST}`);
});

test.each(['a\r\nX-B: 1', 'a\nb', 'a\rb', '\0', '\u007f', '\u0100', `${'v'.repeat(20_000)}\r\n`])(
  'no value breaks out of its line: %#',
  (value) => {
    const text = new HeadText();
    expect(() => head(text, [['X-A', value]])).toThrow(/Invalid character in header content/);
    expect(head(text, [['X-A', 'b']])).toBe(`HTTP/1.1 200 OK\r\nX-A: b\r\n${LAST}`);
  },
);
