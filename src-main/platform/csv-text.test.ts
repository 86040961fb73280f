import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvText } from './csv-text.ts';

/** A reader of RFC 4180, written apart from the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let index = 0;
  while (index < text.length) {
    expect(text[index]).toBe('"');
    let cell = '';
    index += 1;
    while (text[index] !== '"' || text[index + 1] === '"') {
      cell += text[index] ?? '';
      index += text[index] === '"' ? 2 : 1;
    }
    row.push(cell);
    index += 1;
    if (text[index] === ',') index += 1;
    else {
      expect(text.slice(index, index + 2)).toBe('\r\n');
      index += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const nasty = fc.string({
  unit: fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '\t',
    '\r',
    '\n',
    ' ',
    '\u00A0',
    '\uFEFF',
    '"',
    ',',
    ';',
    'a',
    '1',
    "'",
  ),
});
const rows = fc.array(fc.array(nasty, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });

it('lets no cell and no line of a cell start a formula, also behind white space', () => {
  fc.assert(
    fc.property(rows, (input) => {
      for (const cell of readCsv(csvText(input)).flat()) {
        for (const line of cell.split(/\r\n|\r|\n/)) expect(line).not.toMatch(/^[\s\u00A0\uFEFF]*[=+\-@]/);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('gives every cell back as it was, apart from the apostrophes', () => {
  fc.assert(
    fc.property(rows, (input) => {
      const unguard = (text: string) => text.replaceAll("'", '');
      expect(readCsv(csvText(input)).map((row) => row.map(unguard))).toEqual(
        input.map((row) => row.map(unguard)),
      );
    }),
    { numRuns: 500 },
  );
});
