import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PLAIN_OF } from './look-alikes.ts';
import { foreignLetters, lookOf } from './name-look.ts';

const alike = (one: string, other: string): boolean => {
  const [first, second] = [lookOf(one), lookOf(other)];
  return first.drawn === second.drawn || first.read === second.read;
};

it.each([
  ['Acme', 'Аcme', 'a Cyrillic capital'],
  ['ACME', 'аcmе', 'Cyrillic letters, whatever the case'],
  ['beta', 'ВETA', 'a Cyrillic capital that is drawn otherwise when it is small'],
  ['Scope', 'Ѕсоре', 'Cyrillic letters alone'],
  ['Omega Oil', 'Οmega Οil', 'Greek letters'],
  ['PayPal', 'PayPaI', 'a capital I'],
  ['PayPal', 'PayPa1', 'a digit'],
  ['GOOGLE', 'G00GLE', 'digits for rings'],
  ['Microsoft', 'rnicrosoft', 'two letters that run together'],
  ['Acme Corp', 'Acme  Corp', 'two spaces, which screens show as one'],
  ['Acme Corp', 'Acme\u00A0Corp', 'a space that does not break'],
  ['Acme-Corp', 'Acme‑Corp', 'another hyphen'],
  ['Acme', 'Ａｃｍｅ', 'full width'],
  ['Acme', '𝐀𝐜𝐦𝐞', 'mathematical letters'],
  ['Müller', 'Mu\u0308ller', 'a mark of its own'],
  ['Acme', 'Ac\u034Fme', 'a joiner that nobody sees'],
  ["O'Neill", 'O’Neill', 'a typographic apostrophe'],
])('“%s” and “%s” look alike: %s', (one, other) => {
  expect(alike(one, other)).toBe(true);
  expect(alike(other, one)).toBe(true);
});

it.each([
  ['Acme', 'Acne'],
  ['Team 1', 'Team 2'],
  ['PL Payments', 'PI Payments'],
  ['Café', 'Cafe'],
  ['Łódź', 'Lodz'],
  ['Орион', 'Орел'],
  ['Northwind', 'Northwind 2'],
  ['北京', '北海'],
])('“%s” and “%s” do not', (one, other) => {
  expect(alike(one, other)).toBe(false);
});

it('a name in which letters were exchanged for look-alikes looks like the name, whichever they are', () => {
  const twins = Map.groupBy([...PLAIN_OF.keys()], (letter) => PLAIN_OF.get(letter) ?? '');
  const name = fc.stringMatching(/^[A-Za-z2-9][A-Za-z2-9 .'-]{0,20}[A-Za-z2-9]$/);
  fc.assert(
    fc.property(name, fc.infiniteStream(fc.nat()), (plain, chances) => {
      const forged = Array.from(plain, (letter) => {
        const some = twins.get(letter) ?? [];
        return some[chances.next().value % (some.length + 1)] ?? letter;
      }).join('');
      expect(alike(plain, forged)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('names of plain letters look alike only where strokes or rings do, or case', () => {
  const strokes = (text: string) =>
    text
      .replaceAll(/[Il1|]/g, 'l')
      .replaceAll('0', 'O')
      .replaceAll('m', 'rn');
  const name = fc.stringMatching(/^[A-Za-z0-9]{1,6}$/);
  fc.assert(
    fc.property(name, name, (one, other) => {
      if (alike(one, other))
        expect([strokes(one), strokes(one.toLowerCase())]).toContainEqual(
          strokes(one) === strokes(other) ? strokes(other) : strokes(other.toLowerCase()),
        );
    }),
    { numRuns: 500 },
  );
});

it('foreign letters are named each once, and marks of a language are none', () => {
  expect(foreignLetters('Аcmе Аir')).toEqual(['А', 'е']);
  expect(foreignLetters('Café Łódź “Ürün”')).toEqual(['“', '”']);
});
