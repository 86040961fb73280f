import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUERY_FIELDS } from '#contract/query-fields.ts';
import { quoteValue, splitQuery } from '#contract/query-words.ts';
import { parseRequestQuery, requestQuery, type QueryTest } from '#contract/request-query.ts';

/** The test of a query of one token. */
function testOf(text: string): QueryTest | string | null {
  const [token, ...more] = parseRequestQuery(text);
  expect(more).toEqual([]);
  return token?.problem ?? token?.test ?? null;
}

describe('a query of the request log', () => {
  it('reads the sentence of the specification: fields, comparisons, negation, networks and times', () => {
    const tokens = parseRequestQuery(
      'key:offers-writer status:>=500 -path:/health ms:>200 outcome:denied_scope ip:10.4.0.0/16 since:2h checkout',
    );
    expect(tokens.map(({ isNegated, test }) => [isNegated, test])).toEqual([
      [false, { kind: 'words', field: 'key', parts: ['offers-writer'] }],
      [false, { kind: 'number', field: 'status', anyOf: [[{ operator: '>=', value: 500 }]], orNone: false }],
      [true, { kind: 'words', field: 'path', parts: ['/health'] }],
      [false, { kind: 'number', field: 'ms', anyOf: [[{ operator: '>', value: 200 }]], orNone: false }],
      [false, { kind: 'codes', codes: ['INSUFFICIENT_SCOPE'] }],
      [false, { kind: 'networks', networks: ['10.4.0.0/16'] }],
      [false, { kind: 'moment', edge: 'since', moment: { agoMs: 7_200_000 } }],
      [false, { kind: 'text', part: 'checkout' }],
    ]);
  });

  it('reads lists, classes, ranges, templates, IPv6 and moments in UTC', () => {
    expect(testOf('status:404,5xx,none')).toMatchObject({ orNone: true, anyOf: { length: 2 } });
    expect(testOf('ms:100..200.5')).toMatchObject({
      anyOf: [
        [
          { operator: '>=', value: 100 },
          { operator: '<=', value: 200.5 },
        ],
      ],
    });
    expect(testOf('endpoint:"get /offers/{id}"')).toEqual({
      kind: 'templates',
      templates: [{ method: 'GET', path: '/offers/{id}' }],
    });
    expect(testOf('ip:2001:db8::/32')).toEqual({ kind: 'networks', networks: ['2001:db8::/32'] });
    expect(testOf('until:2026-11-22T08:00')).toMatchObject({ moment: { atMs: Date.UTC(2026, 10, 22, 8) } });
    expect(testOf('app:feed')).toMatchObject({ field: 'application' });
  });

  it('says at each token what is wrong with it, and leaves the others alone', () => {
    const wrong = {
      'staus:500': /no field “staus”/,
      'status:fast': /status such as 404/,
      'ms:': /Say what ms should be/,
      'ip:10.0.0.300': /no address or network/,
      'outcome:forbidden': /is no outcome/,
      'method:FETCH': /is no method/,
      'since:yesterday': /Write a time/,
      'path:"/open': /quote is not closed/,
      'path:a,,b': /missing beside the comma/,
      'endpoint:offers': /Write a method and a path/,
      '-since:2h': /cannot be turned round/,
      'id:!': /not the id of a request/,
    };
    for (const [text, why] of Object.entries(wrong)) {
      const [first, second] = parseRequestQuery(text.includes('"') ? text : `${text} path:/ok`);
      expect(first?.problem, text).toMatch(why);
      if (second !== undefined) expect(second.problem).toBeNull();
      expect(requestQuery.safeParse(text).success, text).toBe(false);
    }
  });

  it('never throws, and its words cover every character but white space exactly once, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'ab:-",\\ <>=./0159\t'.split('')) }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        let covered = 0;
        for (const { start, end } of parseRequestQuery(text)) {
          expect(text.slice(covered, start)).toMatch(/^\s*$/);
          expect(end).toBeGreaterThan(start);
          covered = end;
        }
        expect(text.slice(covered)).toMatch(/^\s*$/);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a quoted value back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (values) => {
        const [word] = splitQuery(`path:${values.map(quoteValue).join(',')}`);
        expect(word?.values).toEqual(values);
      }),
    );
  });

  it('understands the example and every choice of every field that completion offers', () => {
    for (const field of QUERY_FIELDS) {
      if (field.name !== 'id') expect(testOf(field.example), field.example).toBeTypeOf('object');
      for (const choice of 'choices' in field ? field.choices : [])
        expect(testOf(`${field.name}:${choice}`), choice).toBeTypeOf('object');
    }
  });
});
