import { expect, it } from 'vitest';
import { NEW_NAMES_MAX } from '#contract/hygiene.ts';
import { newEndpointsOf, type EndpointUse } from './endpoint-drift.ts';

const USE: EndpointUse = {
  recent: new Map([
    ['GET /items/*', 90],
    ['DELETE /items/*', 2],
    ['GET /exports', 40],
  ]),
  usual: new Set(['GET /items/*', 'POST /items']),
  baselineDays: 3,
  isUsualWhole: true,
};

it('what a key did not call before is told, the most called first, and what it called is not', () => {
  expect(newEndpointsOf(USE)).toEqual([
    { endpoint: 'GET /exports', requests: 40 },
    { endpoint: 'DELETE /items/*', requests: 2 },
  ]);
  expect(newEndpointsOf({ ...USE, usual: new Set(USE.recent.keys()) })).toEqual([]);
});

it('nothing is called new with too few days to compare with, or when what is usual is not known whole', () => {
  expect(newEndpointsOf({ ...USE, baselineDays: 2 })).toBeNull();
  expect(newEndpointsOf({ ...USE, isUsualWhole: false })).toBeNull();
});

it('of many new endpoints the most called ones are told', () => {
  const recent = new Map(Array.from({ length: 50 }, (_none, n) => [`GET /a${String(n)}`, n] as const));
  const found = newEndpointsOf({ ...USE, recent }) ?? [];
  expect(found).toHaveLength(NEW_NAMES_MAX);
  expect(found[0]).toEqual({ endpoint: 'GET /a49', requests: 49 });
});
