import { expect, test } from 'vitest';
import { choicesOf, readLayout, savedOf, type LaidColumn } from './column-layout.ts';

const column = (id: string, more: Partial<LaidColumn<null>> = {}): LaidColumn<null> => ({
  id,
  header: id.toUpperCase(),
  track: '1fr',
  cell: () => null,
  ...more,
});
const ALL = [column('name', { isFixed: true }), column('a'), column('b'), column('c', { isExtra: true })];

test('without an arrangement the columns come as they are, the extra ones hidden, the fixed ones not to choose', () => {
  expect(choicesOf(ALL, null).map(({ id, isShown }) => [id, isShown])).toEqual([
    ['a', true],
    ['b', true],
    ['c', false],
  ]);
});

test('an arrangement gives order, width and what is hidden; columns it does not know come behind', () => {
  const saved = [
    { id: 'c', isShown: true, widthPx: 90 },
    { id: 'gone', isShown: true, widthPx: null },
    { id: 'a', isShown: false, widthPx: null },
  ];
  const choices = choicesOf(ALL, saved);
  expect(choices.map(({ id, isShown, widthPx }) => [id, isShown, widthPx])).toEqual([
    ['c', true, 90],
    ['a', false, null],
    ['b', true, null],
  ]);
  expect(choicesOf(ALL, savedOf(choices))).toEqual(choices);
});

test('what cannot be read counts as nothing', () => {
  for (const text of [null, '', '{', '{}', '[{"id":"a"}]']) expect(readLayout(text)).toBeNull();
  expect(readLayout('[{"id":"a","isShown":true,"widthPx":null}]')).toHaveLength(1);
});
