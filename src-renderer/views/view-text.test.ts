import { expect, test } from 'vitest';
import { viewText } from './view-text.ts';

test('two addresses that show the same are the same text', () => {
  expect(viewText('?status=expiring&sort=expires', [])).toBe(viewText('sort=expires&status=expiring', []));
});

test('what belongs to the moment is no part of a view', () => {
  expect(viewText('?key=k7Qd2mX9pR4t&env=live&tag=a%20b', ['key', 'env'])).toBe('tag=a+b');
  expect(viewText('', ['key'])).toBe('');
});
