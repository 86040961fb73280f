import { expect, test } from 'vitest';
import { originRefusal, requestOrigin } from './origin-allow.ts';

test('an origin must be on the list whole: scheme, host and port', () => {
  const list = ['https://shop.example', 'http://localhost:3000'];
  for (const origin of ['https://shop.example', 'HTTPS://Shop.Example', 'http://localhost:3000']) {
    expect(originRefusal(list, origin), origin).toBeNull();
  }
  const others = [
    'http://shop.example',
    'https://shop.example:8443',
    'https://shop.example.evil',
    'null',
    '',
  ];
  for (const origin of others) expect(originRefusal(list, origin), origin).toContain('this origin');
});

test('a bound key needs an origin, an unbound one does not', () => {
  expect(originRefusal(['https://shop.example'], null)).toContain('names none');
  expect(originRefusal([], null)).toBeNull();
});

test('without an Origin that of the page counts, and nothing that only looks like it', () => {
  const of = (referrer: string) => requestOrigin(undefined, referrer);
  expect(of('https://shop.example/cart?id=7#top')).toBe('https://shop.example');
  expect(of('https://shop.example')).toBe('https://shop.example');
  expect(of('http://localhost:3000?x')).toBe('http://localhost:3000');
  const others = ['', 'shop.example', 'https://', 'https://shop.example@evil.example/', 'about:blank'];
  for (const referrer of [...others, 'https://shop.example\\@evil.example/', '//shop.example/']) {
    expect(of(referrer), referrer).toBeNull();
  }
  // What the browser says outright goes before it, also when it will not say where it is.
  expect(requestOrigin('null', 'https://shop.example/')).toBe('null');
  expect(requestOrigin('https://evil.example', 'https://shop.example/')).toBe('https://evil.example');
  expect(requestOrigin(undefined, undefined)).toBeNull();
});
