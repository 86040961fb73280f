import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { readPartnerImport } from './read-partner-import.ts';

const HEAD = 'Name,Contact e-mail';

/** Problems as `line: message`. */
function problemsOf(text: string): readonly string[] {
  return readPartnerImport(text).problems.map(({ line, message }) => `${String(line)}: ${message}`);
}

describe('partners in CSV', () => {
  it.each([
    ['commas', ',', ','],
    ['semicolons', ';', ';'],
    ['tabs', '\t', ';'],
  ])(
    'are read with %s, a byte order mark, any end of line and quoted separators',
    (_words, separator, word) => {
      const rows = [
        ['Partner', 'E-mail', 'Tier', 'Contact', 'Notes'],
        [`"Acme${word} ""the"" Ltd"`, 'a@acme.example', 'federal', "Jo O'Hara", '"first\r\nsecond"'],
        [`'Twas`, 'b@twas.example', '', '', ''],
      ];
      const text = `\uFEFF${rows.map((row) => row.join(separator)).join('\r\n')}\r\n\r\n`;
      const { entries, problems, unreadable } = readPartnerImport(text);
      expect({ problems, unreadable }).toEqual({ problems: [], unreadable: null });
      expect(entries).toMatchObject([
        {
          ...{ line: 2, name: `Acme${word} "the" Ltd`, contactEmail: 'a@acme.example' },
          ...{ tier: 'federal', contactName: "Jo O'Hara", note: 'first\r\nsecond' },
        },
        { line: 4, name: "'Twas", tier: undefined, contactName: undefined, note: undefined },
      ]);
    },
  );

  it('tell what is wrong by its line, and the lines around are read', () => {
    const text = [
      HEAD,
      'Acme,a@acme.example',
      ',nobody@acme.example',
      'Bolt,not an address',
      'ACME,b@acme.example',
      'Cog,c@cog.example,too many',
      'Drum "x",d@drum.example',
      '"Echo" Ltd,e@echo.example',
      'Fox,f@fox.example',
      '"Golf,g@golf.example',
    ].join('\n');
    expect(readPartnerImport(text).entries.map(({ line, name }) => [line, name])).toEqual([
      [2, 'Acme'],
      [7, 'Drum "x"'],
      [9, 'Fox'],
    ]);
    expect(problemsOf(text)).toEqual([
      '3: Name: This cannot be empty.',
      '4: Contact e-mail: Enter an e-mail address.',
      '5: The same partner as in line 2.',
      '6: 3 cells where the first line names 2 columns. Quote cells that hold a separator.',
      '8: Text stands behind a closing quotation mark. Inside quotes, double each quotation mark.',
      '10: A quotation mark is never closed.',
    ]);
  });

  it.each(['=1+1', '+49 30', '-2', '@SUM(A1)', '" =cmd|x"', '"ok\n=1"'])(
    'take no cell that a spreadsheet would run as a formula: %j',
    (cell) => {
      expect(problemsOf(`Name,Note\nAcme,${cell}\n`)).toEqual([
        '2: Note: Begins like a formula of a spreadsheet (=, +, - or @). Put it another way.',
      ]);
    },
  );

  it('have recipient keys that are checked, and a private key is repeated nowhere', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const text = `name,recipient key\nAcme, ${recipient}\nBolt,${identity}\n${identity},x\n`;
    const read = readPartnerImport(text);
    expect(read.entries).toMatchObject([{ name: 'Acme', recipientKey: recipient }]);
    expect(read.problems).toMatchObject([{ line: 3 }, { line: 4, name: '' }]);
    expect(JSON.stringify([read, readPartnerImport(`Name,${identity}\n`)])).not.toContain(
      identity.slice(16, 40),
    );
  });

  it.each([
    ['', 'There is no line in this text.'],
    ['E-mail\na@b.example', 'There is no column Name in the first line.'],
    ['Name,name\nA,B', 'The first line names a column twice.'],
    ['Name,Colour\nA,B', 'The first line must name the columns. Column 2 of 2 is none of'],
  ])('whose first line does not name known columns are not read at all: %j', (text, message) => {
    const { entries, problems, unreadable } = readPartnerImport(text);
    expect({ entries, problems }).toEqual({ entries: [], problems: [] });
    expect(unreadable).toContain(message);
  });
});
