import { expect, test } from 'vitest';
import { reaches, readTyped } from './typed.ts';

test('a first sign narrows the search, and is no part of what is searched', () => {
  expect(readTyped('> rot')).toEqual({ reach: 'actions', text: 'rot' });
  expect(readTyped('#data feed ')).toEqual({ reach: 'keys', text: 'data feed' });
  expect(readTyped('  @acme')).toEqual({ reach: 'partners', text: 'acme' });
  expect(readTyped('/port')).toEqual({ reach: 'settings', text: 'port' });
  expect(readTyped('a > b')).toEqual({ reach: 'all', text: 'a > b' });
});

test('without a sign everything is searched, with one nothing else', () => {
  expect(reaches(readTyped('x'), 'keys')).toBe(true);
  expect(reaches(readTyped('#x'), 'keys')).toBe(true);
  expect(reaches(readTyped('@x'), 'keys')).toBe(false);
});
