import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';

const parse = (text: string, depthMax = JSON_DEPTH_MAX) => parseJsonBody(Buffer.from(text), depthMax);

test('every JSON value within the depth is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('nesting is refused before parsing, exactly above the limit, and brackets in strings do not count', () => {
  expect(parse('['.repeat(16) + ']'.repeat(16)).ok).toBe(true);
  expect(parse('['.repeat(17) + ']'.repeat(17)).ok).toBe(false);
  expect(parse('['.repeat(2_000_000)).ok).toBe(false);
  expect(parse(JSON.stringify({ a: '[{'.repeat(50) + '\\"' })).ok).toBe(true);
});

test('a field that is there twice is refused at any depth, also when it is written with escapes', () => {
  expect(parse('{"key":1,"key":2}').ok).toBe(false);
  expect(parse('{"key":1,"\\u006bey":2}').ok).toBe(false);
  expect(parse('{"a":[{"b":1,"b":1}]}').ok).toBe(false);
  expect(parse('{"__proto__":1,"__proto__":2}').ok).toBe(false);
  expect(parse('{"a:b":"c:d","e":{"a:b":1}}').ok).toBe(true);
});

test('a __proto__ member changes no prototype', () => {
  const result = parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}');
  expect(result.ok).toBe(true);
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  expect(result.ok && Reflect.get(Object(result.value), 'isAdmin')).toBeUndefined();
});

test('bytes that are not UTF-8, an empty body and broken JSON are refused in words', () => {
  for (const body of [
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from(''),
    Buffer.from('{"a":'),
    Buffer.from('{a:1}'),
  ]) {
    const result = parseJsonBody(body, JSON_DEPTH_MAX);
    expect(result).toMatchObject({ ok: false });
    expect(!result.ok && result.message).toMatch(/[.]$/);
  }
});
