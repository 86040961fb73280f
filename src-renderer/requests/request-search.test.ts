import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFilter } from '#contract/requests.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { CLEARED_SEARCH, isNarrowed, logRange, requestFilterOf, requestSearch } from './request-search.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 7, 31);

describe('request log in the address bar', () => {
  it('turns every readable search into a filter that the contract accepts', () => {
    const search = fc.record(
      {
        key: fc.constantFrom('k7Qd2mX9pR4t', 'nonsense'),
        code: fc.constantFrom(...DECISION_CODES, 'NOT_FOUND,VALID', 'WRONG'),
        status: fc.constantFrom('2xx', '9xx'),
        method: fc.constantFrom('GET', 'get'),
        path: fc.string(),
        ip: fc.string(),
        outcome: fc.constantFrom('refused', 'maybe'),
        range: fc.constantFrom('15m', 'all', 'custom', 'ever'),
        from: fc.oneof(fc.integer({ min: 0 }), fc.string()),
        to: fc.oneof(fc.integer({ min: 0 }), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(search, (raw) => {
        const parsed = requestSearch.parse(raw);
        expect(requestFilter.safeParse(requestFilterOf(parsed, NOW)).success).toBe(true);
        expect(requestSearch.parse(parsed)).toEqual(parsed);
      }),
    );
  });

  it('asks for the last 24 hours from a whole minute on when nothing is said', () => {
    expect(requestFilterOf(CLEARED_SEARCH, NOW)).toEqual({ from: Date.UTC(2026, 10, 21, 10, 7) });
  });

  it('lets explicit moments win over a preset', () => {
    const search = requestSearch.parse({ range: '1h', from: 1_000, to: '2000' });
    expect(logRange(search)).toBe('custom');
    expect(requestFilterOf(search, NOW)).toEqual({ from: 1_000, to: 2_000 });
  });

  it('knows "no match" from "no traffic"', () => {
    expect(isNarrowed(CLEARED_SEARCH)).toBe(false);
    expect(isNarrowed(requestSearch.parse({ row: 'req_1', range: '7d' }))).toBe(false);
    expect(isNarrowed(requestSearch.parse({ path: '/offers' }))).toBe(true);
  });
});
