import { expect, test } from 'vitest';
import { movedIndex } from './table-column.ts';

test('keys move within the rows and never past their ends', () => {
  expect(movedIndex('ArrowDown', -1, 10, 5)).toBe(0);
  expect(movedIndex('ArrowDown', 9, 10, 5)).toBe(9);
  expect(movedIndex('ArrowUp', 0, 10, 5)).toBe(0);
  expect(movedIndex('PageDown', 2, 10, 5)).toBe(7);
  expect(movedIndex('PageDown', 8, 10, 5)).toBe(9);
  expect(movedIndex('PageUp', 3, 10, 5)).toBe(0);
  expect(movedIndex('Home', 7, 10, 5)).toBe(0);
  expect(movedIndex('End', 7, 10, 5)).toBe(9);
});

test('other keys do not move', () => {
  expect(movedIndex('x', 3, 10, 5)).toBeNull();
  expect(movedIndex('Enter', 3, 10, 5)).toBeNull();
});
