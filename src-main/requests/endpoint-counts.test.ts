import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { endpointCounts } from './endpoint-counts.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  SERVICE,
  write,
} from './log.test-support.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS, type SearchBudget } from './search-budget.ts';

const at = (ms: number) => ms as TimestampMs;
const ENDPOINTS = [
  { method: 'GET', path: '/inventory/{id}' },
  { method: 'PUT', path: '/inventory/{id}' },
  { method: 'GET', path: '/inventory/sums' },
  { method: 'GET', path: '/quiet' },
];

let store: RequestsStore;
beforeEach(() => {
  store = openStore();
});
afterEach(() => {
  store.close();
});

const counted = (budget: SearchBudget = ENDLESS, pause = noPause) =>
  endpointCounts(
    store,
    { serviceId: SERVICE, fromMs: at(NOW - 30 * DAY), endpoints: ENDPOINTS },
    { nowMs: NOW, pause, budget },
  );

it('each request with a key counts for the one endpoint that it is named by, refused ones too', async () => {
  write(store, [
    decision({ path: '/inventory/1', atMs: at(NOW - HOUR) }),
    decision({ path: '/inventory/2?fields=name', principal: OTHER_PRINCIPAL }),
    decision({ path: '/inventory/%41', code: 'INSUFFICIENT_SCOPE' }),
    decision({ path: '/inventory/2', method: 'PUT', atMs: at(NOW - 2 * HOUR) }),
    decision({ path: '/inventory/sums' }),
    decision({ path: '/inventory/1', principal: null, code: 'MISSING_KEY' }),
    decision({ path: '/inventory/1', serviceId: OTHER_SERVICE }),
    decision({ path: '/inventory/1', atMs: at(NOW - 30 * DAY - MINUTE) }),
    decision({ path: '/inventory//1' }),
    decision({ path: '/elsewhere' }),
    decision({ path: null }),
    decision({ method: null }),
  ]);
  const { counts, from, isWhole } = await counted();
  // As in the picker: of two templates that fit, the first of the catalogue's order.
  expect(counts).toEqual([
    { requests: 4, lastAt: NOW },
    { requests: 1, lastAt: NOW - 2 * HOUR },
    { requests: 0, lastAt: null },
    { requests: 0, lastAt: null },
  ]);
  expect([from, isWhole]).toEqual([NOW - 30 * DAY, true]);
});

it('as many different paths as there are requests are all counted', async () => {
  const rows = Array.from({ length: 3_000 }, (_none, n) =>
    decision({ path: `/inventory/${String(n)}`, atMs: at(NOW - n * MINUTE) }),
  );
  write(store, rows.toReversed());
  const { counts, isWhole } = await counted();
  expect(counts[0]).toEqual({ requests: 3_000, lastAt: NOW });
  expect(isWhole).toBe(true);
});

it('counting gives way after each stretch, stops when its time is up and says how far back it came', async () => {
  const rows = Array.from({ length: 2_500 }, (_none, n) => decision({ atMs: at(NOW - n * MINUTE) }));
  write(store, rows.toReversed());
  let pauses = 0;
  const pause = () => {
    pauses += 1;
    return Promise.resolve();
  };
  const { counts, from, isWhole } = await counted({ isSpent: () => true }, pause);
  expect([pauses, isWhole]).toEqual([1, false]);
  expect(counts[0]?.requests).toBeGreaterThan(0);
  expect(counts[0]?.requests).toBeLessThan(2_500);
  expect(from).toBeGreaterThan(NOW - 2_500 * MINUTE);
});
