import { expect, test } from 'vitest';
import { ariaKeys, collide, isShortcut, isSingleKey, pressOf, shownKeys } from './chord.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  pressOf({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test('a press has one normal form: shift belongs to a sign, but is told of letters and named keys', () => {
  expect(press('k')).toBe('k');
  expect(press('K', { shiftKey: true })).toBe('shift+k');
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press('Delete', { shiftKey: true })).toBe('shift+delete');
  expect(press('k', { ctrlKey: true })).toBe('mod+k');
  expect(press('k', { metaKey: true })).toBe('mod+k');
  expect(press(' ')).toBe('space');
  expect(press('F6')).toBe('f6');
  expect(press('Shift', { shiftKey: true })).toBeNull();
});

test('where the layout writes no Latin letters, the place of the key counts', () => {
  expect(press('к', { code: 'KeyR' })).toBe('r');
  expect(press('q', { code: 'KeyA' })).toBe('q');
  expect(press('é', { code: 'Digit2' })).toBe('2');
});

test('single keys are told from chords, also two after one another', () => {
  for (const keys of ['c', '?', 'g k', 'shift+x', '[', 'plus']) expect(isSingleKey(keys), keys).toBe(true);
  for (const keys of ['mod+k', 'f6', 'shift+delete', 'alt+x', 'mod+plus'])
    expect(isSingleKey(keys), keys).toBe(false);
});

test('a shortcut that begins another one hides it', () => {
  expect(collide('g', 'g k')).toBe(true);
  expect(collide('g k', 'g r')).toBe(false);
  expect(collide('k', 'g k')).toBe(false);
  expect(collide('c', 'c')).toBe(true);
});

test('texts that are no shortcut are told', () => {
  for (const keys of ['c', 'g k', 'mod+shift+k', 'plus', 'mod+plus', 'shift+delete'])
    expect(isShortcut(keys), keys).toBe(true);
  for (const keys of ['', 'g k r', 'shift+mod+k', 'mod+', '+', 'A B'])
    expect(isShortcut(keys), keys).toBe(false);
});

test('shortcuts are shown as the keyboard names them', () => {
  expect(shownKeys('mod+k', false)).toBe('Ctrl K');
  expect(shownKeys('mod+k', true)).toBe('⌘ K');
  expect(shownKeys('g k', false)).toBe('g k');
  expect(shownKeys('shift+delete', false)).toBe('Shift Del');
  expect(ariaKeys('mod+k', false)).toBe('Control+K');
  expect(ariaKeys('shift+delete', false)).toBe('Shift+Delete');
  expect(ariaKeys('g k', false)).toBeUndefined();
});
