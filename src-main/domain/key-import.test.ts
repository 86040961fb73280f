import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from './csv-rows.ts';
import { fitsShape, shapeOf, weaknessOf } from './key-shape.ts';
import { readKeyImport } from './read-key-import.ts';

const KEY = 'apikey1234abcdefghij0123456789';

describe('plain and hashed lines', () => {
  it('are a key, or a name and a key; a heading and blank lines are passed over, ends of lines are of any kind', () => {
    const { entries, problems } = readKeyImport(
      'plain',
      `\uFEFFName, Key\r\n\r\nAcme, Inc.,${KEY}\n${KEY}x\r  `,
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ line, name, text }) => [line, name, text])).toEqual([
      [3, 'Acme, Inc.', KEY],
      [4, 'Imported key, line 4', `${KEY}x`],
    ]);
  });

  it('a hash is the same in hex, base64 and the base64 of URLs', () => {
    fc.assert(
      fc.property(fc.string(), (secret) => {
        const hash = createHash('sha256').update(secret).digest();
        const lines = [
          hash.toString('hex').toUpperCase(),
          hash.toString('base64'),
          hash.toString('base64url'),
        ];
        const { entries } = readKeyImport('sha256', lines.map((line) => `N,${line}`).join('\n'));
        expect(entries.map(({ text }) => text)).toEqual(new Array<string>(3).fill(hash.toString('hex')));
      }),
    );
  });

  it.each([
    ['plain', 'tiny', 'too short'],
    ['plain', 'with a space in it so it is long', 'no spaces'],
    ['plain', `lk_live_datafeed_k7Qd2mX9pR4t_${'x'.repeat(49)}`, 'Latchkey itself'],
    ['plain', 'ä'.repeat(30), 'ASCII'],
    ['plain', 'x'.repeat(513), 'at most 512'],
    ['sha256', 'abc', '64 hex digits'],
  ] as const)('%s %s is told with its line and not with its text', (format, line, words) => {
    const { entries, problems } = readKeyImport(format, `\n${line}`);
    expect(entries).toEqual([]);
    expect(problems).toEqual([{ line: 2, message: expect.stringContaining(words) }]);
    expect(JSON.stringify(problems)).not.toContain(line);
  });

  it('a name that is too long is cut and kept whole in the note', () => {
    const [entry] = readKeyImport('plain', `${'n'.repeat(80)},${KEY}`).entries;
    expect(entry?.name).toHaveLength(64);
    expect(entry?.note).toContain('n'.repeat(80));
  });
});

describe('the key file of AWS API Gateway', () => {
  it('has its columns in any order and case, and what else is known of a key', () => {
    const text = [
      'Enabled,Name,key,UsageplanIds,Description,Colour',
      `true,MyFirstApiKey,${KEY}a,"c7y23b,glvrsr","An ""imported"" key, 1",red`,
      `FALSE,Off,${KEY}b,'c7y23b',,`,
      `,NoFlag,${KEY}c,,`,
    ].join('\r\n');
    const { entries, problems, unreadable } = readKeyImport('aws-csv', text);
    expect([problems, unreadable]).toEqual([[], null]);
    expect(entries).toMatchObject([
      {
        line: 2,
        name: 'MyFirstApiKey',
        text: `${KEY}a`,
        isEnabled: true,
        tags: ['usage-plan=c7y23b', 'usage-plan=glvrsr'],
        note: 'An "imported" key, 1',
      },
      { line: 3, name: 'Off', isEnabled: false, tags: ['usage-plan=c7y23b'] },
      { line: 4, name: 'NoFlag', isEnabled: true, tags: [] },
    ]);
  });

  it('may have the limits of the usage plan beside the key', () => {
    const text = `name,key,rateLimit,quotaLimit,quotaPeriod\na,${KEY}a,10.4,5000,DAY\nb,${KEY}b,0.5,7,WEEK`;
    const { entries, problems } = readKeyImport('aws-csv', text);
    expect(entries).toMatchObject([
      { rateLimit: { limit: 10, windowMs: 1_000 }, quota: { limit: 5_000, period: 'day' } },
      { rateLimit: { limit: 1, windowMs: 2_000 }, quota: null },
    ]);
    expect(problems).toEqual([{ line: 3, message: expect.stringContaining('quota') }]);
  });

  it('without its two columns cannot be read, and an open quotation mark is told', () => {
    expect(readKeyImport('aws-csv', `Key\n${KEY}`).unreadable).toMatch(/Name and Key/);
    expect(readKeyImport('aws-csv', `name,key\n"a,${KEY}`).problems).toEqual([
      { line: 2, message: expect.stringContaining('never closed') },
    ]);
  });

  it('is read back as any CSV writer has written it', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', ',', '"', "'", '\n', 'é') })
      .map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const text = rows
          .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
          .join('\r\n');
        const kept = rows.filter((row) => row.some((one) => one !== ''));
        expect(csvRows(text).map(({ cells }) => cells)).toEqual(kept);
      }),
    );
  });
});

describe('shapes', () => {
  it('every text fits the shape that was read off it and others', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_./'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('', 'sk_live_', 'a-b.'),
        (texts, start) => {
          const all = texts.map((one) => start + one);
          const shape = shapeOf(all);
          if (shape === null) throw new Error('no shape');
          for (const one of all) expect(fitsShape({ ...shape, hashKind: 'hmac' }, one)).toBe(true);
        },
      ),
    );
  });

  it('are narrow: another prefix, length or character does not fit', () => {
    const shape = shapeOf(['sk_live_0123456789abcdef', 'sk_live_fedcba9876543210aa']);
    expect(shape).toEqual({ prefix: 'sk_live_', lengthMin: 24, lengthMax: 26, alphabet: 'hex' });
    const fits = (text: string) => shape !== null && fitsShape({ ...shape, hashKind: 'hmac' }, text);
    expect(fits('sk_live_00000000000000000')).toBe(true);
    for (const text of [
      'sk_test_0123456789abcdef',
      'sk_live_0123456789abcde',
      'sk_live_0123456789abcdeg',
      '',
    ]) {
      expect(fits(text)).toBe(false);
    }
  });

  it('a prefix never holds the secret of a single key, nor what follows the last separator', () => {
    expect(shapeOf(['sk_live_0123456789abcdef'])?.prefix).toBe('');
    expect(shapeOf(['same-key-twice', 'same-key-twice'])?.prefix).toBe('');
    expect(shapeOf(['k_abcd1111', 'k_abcd2222'])?.prefix).toBe('k_');
    expect(shapeOf(['a_b_c_d_e_f_g_h_i_j_k_1', 'a_b_c_d_e_f_g_h_i_j_k_2'])?.prefix).toBe('a_b_c_d_e_f_g_h_');
  });

  it.each([
    ['0123456789abcdef', 'short'],
    ['12345678901234567890123', 'short'],
    ['abababababababababababababababab', 'repeats'],
  ])('%s is too weak', (secret, word) => {
    expect(weaknessOf(secret)).toContain(word);
    expect(weaknessOf(secret)).not.toContain(secret);
  });

  it.each(['0123456789abcdef0123', KEY, 'k3J9sQ0aZx8LmN', '8423764923846293486231405'])(
    '%s is strong enough',
    (secret) => {
      expect(weaknessOf(secret)).toBeNull();
    },
  );
});
