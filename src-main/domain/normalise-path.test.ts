import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePath, pathWithoutQuery } from './normalise-path.ts';

const TWICE = 'The path has a doubly encoded dot, slash or backslash.';

describe('what never matches', () => {
  test.each([
    ['an encoded slash', '/a/%2F/b', 'The path has an encoded slash.'],
    ['an encoded slash in small letters', '/a%2fb', 'The path has an encoded slash.'],
    ['an encoded backslash', '/a/%5C..', 'The path has an encoded backslash.'],
    ['an encoded backslash in small letters', '/a/%5c', 'The path has an encoded backslash.'],
    ['a backslash', '/a\\b', 'The path has a backslash.'],
    ['a dot segment', '/a/../b', 'The path has a dot segment (. or ..).'],
    ['a dot segment at the end', '/a/..', 'The path has a dot segment (. or ..).'],
    ['a single dot', '/a/./b', 'The path has a dot segment (. or ..).'],
    ['an encoded dot segment', '/a/%2e%2E/b', 'The path has a dot segment (. or ..).'],
    ['a half-encoded dot segment', '/a/.%2e/b', 'The path has a dot segment (. or ..).'],
    ['a dot segment with a parameter', '/a/..%3Bv=1/b', 'The path has a dot segment (. or ..).'],
    ['a parameter', '/admin;x=1/users', 'The path has a raw semicolon (;).'],
    ['a parameter of a dot segment', '/a/..;v=1/b', 'The path has a raw semicolon (;).'],
    ['an empty parameter at the end', '/admin;', 'The path has a raw semicolon (;).'],
    ['a doubly encoded dot', '/x/%252e%252e/admin', TWICE],
    ['a doubly encoded dot in capitals', '/x/.%252E/admin', TWICE],
    ['a doubly encoded slash', '/admin%252fusers', TWICE],
    ['a doubly encoded slash in capitals', '/admin%252Fusers', TWICE],
    ['a doubly encoded backslash', '/admin%255cusers', TWICE],
    ['a doubly encoded backslash in capitals', '/admin%255Cusers', TWICE],
    ['a dot whose every character is encoded', '/x/%25%32%65', TWICE],
    ['a slash encoded three times', '/admin%25252fusers', TWICE],
    ['a double slash', '/a//b', 'The path has a double slash.'],
    ['a double slash at the start', '//a', 'The path has a double slash.'],
    ['a double slash at the end', '/a//', 'The path has a double slash.'],
    ['an encoded NUL', '/a%00', 'The path has a NUL character.'],
    ['a NUL', '/a\0', 'The path has a NUL character.'],
    ['a tab', '/ad\tmin', 'The path has a control character.'],
    ['a line break', '/a\r\nb', 'The path has a control character.'],
    ['a percent sign alone', '/a%', 'The path has an invalid percent-encoding.'],
    ['a cut-off encoding', '/a%4', 'The path has an invalid percent-encoding.'],
    ['an encoding that is not hexadecimal', '/a%zz', 'The path has an invalid percent-encoding.'],
    ['a byte that is not UTF-8', '/a%ff', 'The path is not valid UTF-8.'],
    ['an overlong slash', '/a%c0%af', 'The path is not valid UTF-8.'],
    ['half a surrogate pair', '/a\ud800', 'The path is not valid UTF-8.'],
    ['a fragment', '/admin#x', 'The path has a fragment (#).'],
    ['no slash', 'a/b', 'The path does not start with /.'],
    ['a whole URL', 'https://api.example/a', 'The path does not start with /.'],
    ['nothing', '', 'The path does not start with /.'],
    ['a query alone', '?a=/b', 'The path does not start with /.'],
  ])('%s', (_name, raw, reason) => {
    expect(normalisePath(raw)).toEqual({ ok: false, reason });
  });
});

describe('what is compared', () => {
  test.each([
    ['/', ['']],
    ['/a', ['a']],
    ['/a/', ['a', '']],
    ['/a?x=//../%zz', ['a']],
    ['/caf%C3%A9', ['café']],
    ['/café', ['café']],
    ['/a%20b', ['a b']],
    // Decoded once: what is left is text, not an encoding.
    ['/%2541%252', ['%41%2']],
    ['/admin%3Bx=1/users', ['admin;x=1', 'users']],
    ['/a?b;c=%252f', ['a']],
    ['/...', ['...']],
    ['/.well-known/x', ['.well-known', 'x']],
    ['/%2A', ['*']],
  ])('%s', (raw, segments) => {
    expect(normalisePath(raw)).toMatchObject({ ok: true, segments });
  });

  test('any segments, encoded, are read back as they were', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/^\.\.?(;|$)/.test(text) && !/[/\\\0]|%(25)*(2e|2f|5c)/i.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), (segments) => {
        const raw = `/${segments.map(encodeURIComponent).join('/')}`;
        expect(normalisePath(raw)).toEqual({ ok: true, path: raw, segments });
      }),
    );
  });

  test('the query string plays no part', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, query) => {
        expect(normalisePath(`${path}?${query}`)).toEqual(normalisePath(path));
      }),
    );
    expect(pathWithoutQuery('/a?b?c')).toBe('/a');
  });
});

test('whatever is accepted, a URL parser reads the same segments: no rule can be walked around', () => {
  const part = fc.constantFrom(
    '/',
    'a',
    '.',
    '..',
    '%2e',
    '%2f',
    '\\',
    '%5c',
    '%',
    '%41',
    ';',
    '#',
    '\t',
    ' ',
    '%25',
    '%3B',
    '2e',
    '2F',
    '5c',
    'é',
    '?',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const raw = `/${parts.join('')}`;
      const normalised = normalisePath(raw);
      if (!normalised.ok) return;
      // A space at the very end is trimmed by URL; servers do not get one there.
      const url = new URL(
        `http://h${normalised.path.replace(/ +$/, (spaces) => '%20'.repeat(spaces.length))}`,
      );
      expect(url.pathname.slice(1).split('/').map(decodeURIComponent)).toEqual(normalised.segments);
      for (const segment of normalised.segments) expect(decodedToTheEnd(segment)).not.toMatch(WALKS);
    }),
    { numRuns: 5_000 },
  );
});

/** What turns a segment into another place. */
const WALKS = /[/\\]|^\.\.?$/;

/** As a server reads a segment that decodes until nothing changes. */
function decodedToTheEnd(segment: string): string {
  const decoded = segment.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
  return decoded === segment ? segment : decodedToTheEnd(decoded);
}
