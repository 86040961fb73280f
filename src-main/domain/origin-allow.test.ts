import { expect, test } from 'vitest';
import { originRefusal } from './origin-allow.ts';

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
