import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fit, ranked } from './rank.ts';

const item = (label: string, words?: string) => ({ id: label, label, words });
const order = (typed: string, labels: readonly string[], recent: readonly string[] = []) =>
  ranked(
    typed,
    labels.map((label) => item(label)),
    recent,
  ).map(({ label }) => label);

test('a beginning comes before the beginning of a word, that before a part, and that before letters in order', () => {
  expect(order('data', ['Dark alter tea area', 'Big metadata', 'My data feed', 'Data feed', 'Data'])).toEqual(
    ['Data', 'Data feed', 'My data feed', 'Big metadata', 'Dark alter tea area'],
  );
});

test('what does not hold all letters in this order does not fit', () => {
  expect(order('xyz', ['Data feed'])).toEqual([]);
  expect(order('deaf', ['Data feed'])).toEqual([]);
});

test('of equals the one that was chosen last comes first, but a better fit stays better', () => {
  expect(order('feed', ['Feed one', 'Feed two'], ['Feed two'])).toEqual(['Feed two', 'Feed one']);
  expect(order('feed', ['Feed one', 'Offered'], ['Offered'])).toEqual(['Feed one', 'Offered']);
});

test('nothing typed keeps everything, the recent first and else the given order', () => {
  expect(order('', ['A', 'B', 'C'], ['C'])).toEqual(['C', 'A', 'B']);
});

test('further words lead there too, after labels', () => {
  const found = ranked('port', [item('Settings: server', 'address port headers'), item('Port of call')], []);
  expect(found.map(({ label }) => label)).toEqual(['Port of call', 'Settings: server']);
});

test('every part of a text and every selection of its letters in order fits it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z ]{1,20}$/), fc.nat(), fc.nat(), (text, a, b) => {
      const [from, to] = [a % text.length, b % text.length].toSorted((x, y) => x - y);
      const part = text.slice(from, (to ?? 0) + 1);
      const letters = [...text].filter((_, index) => index % 2 === 0).join('');
      expect(fit(part, text)).not.toBeNull();
      expect(fit(letters, text)).not.toBeNull();
    }),
  );
});
