import { expect, test } from 'vitest';
import { ACTION_IDS, actionSpec } from '#contract/actions.ts';
import { collide, isShortcut, RESERVED_KEYS } from './chord.ts';
import { DEFAULT_CHOICES, obstacleTo, readChoices, withKeys, workingKeys } from './shortcut-choices.ts';

const defaults = ACTION_IDS.flatMap((id) => {
  const { keys } = actionSpec(id);
  return keys === null ? [] : [{ id, keys }];
});

test('no default shortcut hides another one', () => {
  for (const one of defaults) {
    const hidden = defaults.filter((other) => other.id !== one.id && collide(one.keys, other.keys));
    expect(hidden, one.id).toEqual([]);
  }
});

test('no default shortcut is one that browsers or systems keep for themselves', () => {
  for (const { id, keys } of defaults) {
    expect(isShortcut(keys), id).toBe(true);
    for (const press of keys.split(' ')) expect(RESERVED_KEYS, id).not.toContain(press);
  }
});

test('the keys of lists, dialogs and the window are free of default shortcuts', () => {
  const fixed = ['j', 'k', 'enter', 'space', 'escape', 'f6', 'tab', 'up', 'down'];
  for (const { id, keys } of defaults) expect(fixed, id).not.toContain(keys);
});

test('a changed shortcut works in place of the default, and going back to the default is not spelled out', () => {
  const changed = withKeys('key.create', 'n', DEFAULT_CHOICES);
  expect(workingKeys('key.create', changed)).toBe('n');
  expect(workingKeys('key.create', readChoices(JSON.stringify(changed)))).toBe('n');
  expect(withKeys('key.create', 'c', changed)).toEqual(DEFAULT_CHOICES);
  expect(workingKeys('key.create', withKeys('key.create', null, changed))).toBeNull();
});

test('with single keys switched off, only chords and named keys work', () => {
  const off = { hasSingleKeys: false, keys: {} };
  expect(workingKeys('key.create', off)).toBeNull();
  expect(workingKeys('go.keys', off)).toBeNull();
  expect(workingKeys('key.revoke', off)).toBe('shift+delete');
});

test('keys that are taken, reserved or the beginning of others are refused with the reason', () => {
  expect(obstacleTo('key.create', 't', DEFAULT_CHOICES)).toMatch(/Switch between/);
  expect(obstacleTo('key.create', 'g', DEFAULT_CHOICES)).toMatch(/Overview/);
  expect(obstacleTo('key.create', 'mod+w', DEFAULT_CHOICES)).toMatch(/browser/);
  expect(obstacleTo('key.create', 'n', DEFAULT_CHOICES)).toBeNull();
  expect(obstacleTo('key.create', 'c', DEFAULT_CHOICES)).toBeNull();
});

test('stored choices that cannot be read count as unchanged', () => {
  for (const text of [null, '', '{', '[]', '{"keys":{"key.create":7}}', '{"hasSingleKeys":"maybe"}'])
    expect(readChoices(text)).toEqual(DEFAULT_CHOICES);
});
