import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedTexts } from './packed-texts.ts';
import { SecretRows } from './secret-rows.ts';
import type { SecretFacts } from './secret-rows.ts';

/** Few first words, so that searches run into each other, also over the end of the table. */
const hashOf = (number: number) =>
  `${String.fromCharCode(number % 3 === 0 ? 255 : number % 5, number % 2 === 0 ? 7 : 255)}${String(number).padStart(14, 'x')}${'y'.repeat(16)}`;

const facts = fc.record({
  keyId: fc.stringMatching(/^[0-9A-Za-z]{12}$/),
  secretVersion: fc.integer({ min: 1, max: 32_767 }),
  expiresAtMs: fc.option(fc.integer({ min: 0, max: 250_000_000_000_000 }), { nil: null }),
  createdAtMs: fc.integer({ min: 0, max: 250_000_000_000_000 }),
  group: fc.integer({ min: 0, max: 65_535 }),
  text: fc.integer({ min: 0, max: 2 ** 30 }),
  isTextPlain: fc.boolean(),
}) satisfies fc.Arbitrary<SecretFacts>;

const read = (rows: SecretRows, row: number): SecretFacts => ({
  keyId: rows.keyId(row),
  secretVersion: rows.version(row),
  expiresAtMs: rows.expiresAtMs(row),
  createdAtMs: rows.createdAtMs(row),
  group: rows.group(row),
  text: rows.text(row),
  isTextPlain: rows.isTextPlain(row),
});

test('rows are found by their hash alone and say what they were given, whatever came and went before', () => {
  const action = fc.record({ number: fc.integer({ min: 0, max: 60 }), isRemoved: fc.boolean(), facts });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const rows = new SecretRows();
      const model = new Map<number, SecretFacts>();
      for (const { number, isRemoved, facts: given } of actions) {
        const hash = hashOf(number);
        const row = rows.find(hash);
        expect(row >= 0).toBe(model.has(number));
        if (row >= 0 && isRemoved) {
          rows.remove(row);
          model.delete(number);
        } else if (row < 0 && !isRemoved) {
          expect(rows.fits(given)).toBe(true);
          rows.add(hash, given);
          model.set(number, given);
        }
      }
      for (let number = 0; number <= 60; number += 1) {
        const row = rows.find(hashOf(number));
        expect(row < 0 ? undefined : read(rows, row)).toEqual(model.get(number));
      }
    }),
    { numRuns: 200 },
  );
});

test('rows stay found while the table grows, and those that are free are used again', () => {
  const rows = new SecretRows();
  const given = (text: number) => ({
    ...{ keyId: 'k7Qd2mX9pR4t', secretVersion: 1, expiresAtMs: null, createdAtMs: 1 },
    ...{ group: 0, isTextPlain: true, text },
  });
  for (let number = 0; number < 5_000; number += 1) rows.add(hashOf(number), given(number));
  for (let number = 0; number < 5_000; number += 2) rows.remove(rows.find(hashOf(number)));
  for (let number = 5_000; number < 7_500; number += 1) {
    expect(rows.add(hashOf(number), given(number))).toBeLessThan(5_000);
  }
  for (let number = 0; number < 7_500; number += 1) {
    const row = rows.find(hashOf(number));
    expect(row < 0 ? null : rows.text(row)).toBe(number < 5_000 && number % 2 === 0 ? null : number);
  }
});

test('what does not fit into a row is not taken', () => {
  const rows = new SecretRows();
  const good = { keyId: 'k7Qd2mX9pR4t', secretVersion: 1, expiresAtMs: null, createdAtMs: 1 };
  expect(rows.fits(good)).toBe(true);
  const bad = [
    { keyId: 'k7Qd2mX9pR4' },
    { keyId: 'k7Qd2mX9pR4ö' },
    { secretVersion: 32_768 },
    { createdAtMs: -1 },
    { createdAtMs: 0.5 },
    { expiresAtMs: 8_640_000_000_000_000 },
  ];
  for (const one of bad) expect(rows.fits({ ...good, ...one }), JSON.stringify(one)).toBe(false);
});

test('texts come back as they were, from however many pieces of memory, and tell when most of their room is wasted', () => {
  const texts = new PackedTexts();
  const some = Array.from(
    { length: 9_000 },
    (_, number) => `Näme ${'€'.repeat(number % 40)} ${String(number)}`,
  );
  const places = some.map((text) => texts.add(text) ?? -1);
  expect(places.map((place) => texts.at(place))).toEqual(some);
  expect(texts.add('x'.repeat(30_000))).toBeNull();
  expect(texts.isWasteful).toBe(false);
  for (const place of places.slice(0, 8_700)) texts.drop(place);
  expect(texts.isWasteful).toBe(true);
  expect(places.slice(8_700).map((place) => texts.at(place))).toEqual(some.slice(8_700));
  texts.close();
  const again = texts.add('once more') ?? -1;
  expect(texts.at(again)).toBe('once more');
});
