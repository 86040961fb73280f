import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestRow } from '#contract/requests.ts';
import { QUERY_FIELDS } from '#contract/query-fields.ts';
import { parseRequestQuery } from '#contract/request-query.ts';
import { barText, withBarText } from './bar-text.ts';
import { completionsAt } from './query-completion.ts';
import { hasQueryTimes, toggleValue, validQuery, valueState, withoutTimes } from './query-text.ts';
import { requestFilterOf, requestSearch } from './request-search.ts';
import { EMPTY_TAIL, TAIL_ROWS_MAX, tailAfter } from './tail-buffer.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 7, 31);
const row = (id: number, responseStatus: number | null = null) =>
  ({ requestId: `req_${String(id)}`, responseStatus }) as unknown as RequestRow;

describe('the text of the bar', () => {
  it('shows filters that other pages link to as tokens, and what is typed replaces them', () => {
    const linked = requestSearch.parse({
      key: 'k7Qd2mX9pR4t',
      outcome: 'refused',
      status: '5xx',
      path: '/a b',
      q: 'ms:>200',
    });
    const text = barText(linked);
    expect(text).toBe('key:k7Qd2mX9pR4t outcome:refused status:5xx path:"/a b" ms:>200');
    expect(parseRequestQuery(text).every(({ problem }) => problem === null)).toBe(true);
    const typed = withBarText({ ...linked, cols: 'time,path', range: '7d' }, `${text} agent:curl`);
    expect(typed).toMatchObject({ q: `${text} agent:curl`, cols: 'time,path', range: '7d' });
    expect(typed.key).toBeUndefined();
    expect(barText(typed)).toBe(`${text} agent:curl`);
  });

  it('never comes into the address when it could be a key', () => {
    const secret = `lk_live_datafeed_k7Qd2mX9pR4t_${'a'.repeat(43)}123456`;
    expect(requestSearch.parse({ q: `path:${secret}` }).q).toBeUndefined();
    expect(withBarText(requestSearch.parse({}), secret).q).toBeUndefined();
  });

  it('with a fault still filters by the rest; times that are typed replace the picked range', () => {
    expect(validQuery('status:4xx staus:5 path:/x')).toBe('status:4xx path:/x');
    const search = requestSearch.parse({ q: 'since:2h staus:5', range: '15m' });
    expect(requestFilterOf(search, NOW)).toEqual({ query: 'since:2h' });
    expect(hasQueryTimes('path:/since')).toBe(false);
    expect(withoutTimes('since:2h path:/x until:1h')).toBe('path:/x');
  });

  it('toggles a value of a facet: asked for, taken back, excluded, and the rest stays as it was', () => {
    let text = 'ms:>200';
    text = toggleValue(text, 'method', 'GET', 'include');
    text = toggleValue(text, 'method', 'POST', 'include');
    expect(text).toBe('ms:>200 method:GET,POST');
    expect(valueState(text, 'method', 'POST')).toBe('included');
    text = toggleValue(text, 'method', 'GET', 'exclude');
    expect(text).toBe('ms:>200 method:POST -method:GET');
    expect(valueState(text, 'method', 'GET')).toBe('excluded');
    text = toggleValue(toggleValue(text, 'method', 'GET', 'exclude'), 'method', 'POST', 'include');
    expect(text).toBe('ms:>200');
  });

  it('toggling twice gives the query back, whatever the value is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.constantFrom('include' as const, 'exclude' as const),
        (value, how) => {
          const once = toggleValue('status:4xx', 'path', value, how);
          expect(valueState(once, 'path', value)).toBe(how === 'include' ? 'included' : 'excluded');
          expect(toggleValue(once, 'path', value, how)).toBe('status:4xx');
        },
      ),
    );
  });
});

describe('completion', () => {
  it('offers fields, then their values, also behind a minus and a comma', () => {
    expect(completionsAt('', 0, {}).entries[0]?.insert).toBe('key:');
    expect(completionsAt('-sta', 4, {}).entries).toMatchObject([{ insert: '-status:', isOpen: true }]);
    const values = completionsAt('ms:>5 code:VALID,rate', 21, {});
    expect(values).toMatchObject({ start: 6, end: 21, entries: [{ insert: 'code:VALID,RATE_LIMITED' }] });
    const known = { key: [{ insert: 'k7Qd2mX9pR4t', label: 'Data feed' }] };
    expect(completionsAt('key:feed', 8, known).entries).toMatchObject([
      { insert: 'key:k7Qd2mX9pR4t', label: 'Data feed' },
    ]);
  });

  it('offers only what the parser understands', () => {
    for (const { name } of QUERY_FIELDS) {
      for (const { insert, isOpen } of completionsAt(`${name}:`, name.length + 1, {}).entries) {
        if (!isOpen) expect(parseRequestQuery(insert)[0]?.problem, insert).toBeNull();
      }
    }
  });
});

describe('the live tail', () => {
  const arrived = (ids: readonly number[], matched = ids.length, every = 1) =>
    ({ kind: 'arrived', items: ids.map((id) => row(id)), matched, every }) as const;

  it('holds what is shown still while it is paused, counts all that come, and shows them when it goes on', () => {
    let tail = tailAfter(EMPTY_TAIL, arrived([1, 2]));
    tail = tailAfter(tail, { kind: 'pause' });
    const { shown } = tail;
    for (let n = 0; n < 50; n += 1) tail = tailAfter(tail, arrived([100 + n], 10, 10));
    expect(tail.shown).toBe(shown);
    expect(tail).toMatchObject({ waitingCount: 500, every: 10 });
    tail = tailAfter(tail, { kind: 'resume' });
    expect(tail.shown).toHaveLength(52);
    expect(tail).toMatchObject({ waitingCount: 0, isPaused: false });
  });

  it('keeps 5,000 rows, and clearing empties the view alone', () => {
    let tail = EMPTY_TAIL;
    for (let n = 0; n < 12; n += 1) {
      tail = tailAfter(tail, arrived(Array.from({ length: 500 }, (_none, index) => n * 500 + index)));
    }
    expect(tail.shown).toHaveLength(TAIL_ROWS_MAX);
    expect(tail.shown.at(-1)?.requestId).toBe('req_5999');
    tail = tailAfter(tailAfter(tail, { kind: 'pause' }), { kind: 'clear' });
    expect(tail).toMatchObject({ shown: [], waitingCount: 0, isPaused: true });
  });

  it('takes a status over that was reported later, and leaves the list alone where nothing changed', () => {
    const tail = tailAfter(EMPTY_TAIL, arrived([1, 2]));
    expect(tailAfter(tail, { kind: 'refreshed', items: [row(1), row(9, 200)] }).shown).toBe(tail.shown);
    expect(tailAfter(tail, { kind: 'refreshed', items: [row(2, 503)] }).shown[1]?.responseStatus).toBe(503);
  });
});
