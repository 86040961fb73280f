import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReadTexts } from './read-texts.ts';

/** As the text stands in the journal, among other bytes. */
function read(texts: ReadTexts, text: string) {
  const bytes = Buffer.from(text, 'utf8');
  const around = Buffer.concat([Buffer.from('x'), bytes, Buffer.from('y')]);
  return texts.textOf(around, 1, 1 + bytes.length);
}

it('every text is the one of its bytes, however many others come and drive each other out', () => {
  const texts = new ReadTexts();
  const text = fc.string({ unit: 'grapheme', maxLength: 70 });
  fc.assert(
    fc.property(text, (one) => {
      expect(read(texts, one).text).toBe(Buffer.from(one, 'utf8').toString('utf8'));
    }),
  );
  for (const round of [0, 1]) {
    for (let index = 0; index < 50_000; index += 1) {
      const text = `/items/${String(index)}`;
      if (read(texts, text).text !== text) expect([round, read(texts, text).text]).toEqual([round, text]);
    }
  }
});

it('a text that comes again is the same object, so that what was noted in it is still there', () => {
  const texts = new ReadTexts();
  const first = read(texts, '/inventory/7');
  expect(read(texts, '/inventory/7')).toBe(first);
  expect(read(texts, '/inventory/8')).not.toBe(first);
});
