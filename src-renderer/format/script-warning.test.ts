import { expect, it } from 'vitest';
import { scriptWarning } from './script-warning.ts';

it.each([
  ['Аcme', 'One word mixes Cyrillic and Latin letters (А): it can be taken for another name.'],
  ['Pаypаl sync', 'One word mixes Latin and Cyrillic letters (аа): it can be taken for another name.'],
  ['Οmega', 'One word mixes Greek and Latin letters (Ο): it can be taken for another name.'],
])('a word of several alphabets is pointed out: %s', (name, warning) => {
  expect(scriptWarning(name)).toBe(warning);
});

it.each(['Acme', 'Café Łódź 2', 'Газпром Export', 'Рост-Acme', '北京 Acme', 'Ärzte', '', '42'])(
  'words of one alphabet each are none: %s',
  (name) => {
    expect(scriptWarning(name)).toBeUndefined();
  },
);
