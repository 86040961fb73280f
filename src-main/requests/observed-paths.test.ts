import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
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
  report,
  SERVICE,
  write,
} from './log.test-support.ts';
import { observedPaths } from './observed-paths.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS, type SearchBudget } from './search-budget.ts';

const at = (ms: number) => ms as TimestampMs;
const ENDPOINTS = [{ method: 'GET', path: '/inventory/{id}' }];

let store: RequestsStore;
beforeEach(() => {
  store = openStore();
});
afterEach(() => {
  store.close();
});

const observed = (budget: SearchBudget = ENDLESS, pause = noPause) =>
  observedPaths(
    store,
    { serviceId: SERVICE, fromMs: at(NOW - 7 * DAY), endpoints: ENDPOINTS },
    { nowMs: NOW, pause, budget },
  );

it('what keys asked of the service and the catalogue does not have is merged into templates, most requests first', async () => {
  write(store, [
    ...['482', '483', '484'].map((id) => decision({ path: `/v1/items/${id}`, code: 'INSUFFICIENT_SCOPE' })),
    decision({ path: '/v1/items/482?fields=name', atMs: at(NOW - HOUR), principal: OTHER_PRINCIPAL }),
    decision({ path: '/inventory/7' }),
    decision({ path: '/inventory/7', method: 'PUT' }),
    decision({ path: '/v1/items', method: 'POST', code: 'RATE_LIMITED' }),
    decision({ path: null }),
  ]);
  const { items, rows, isWhole, from } = await observed();
  expect(items).toEqual([
    {
      ...{ method: 'GET', path: '/v1/items/{id}', requests: 4, allowed: 1, pathCount: 3, lastAt: NOW },
      examples: ['/v1/items/482', '/v1/items/483', '/v1/items/484'],
    },
    expect.objectContaining({ method: 'PUT', path: '/inventory/{id}', requests: 1, allowed: 1 }),
    expect.objectContaining({ method: 'POST', path: '/v1/items', requests: 1, allowed: 0 }),
  ]);
  expect([rows, isWhole, from]).toEqual([8, true, NOW - 7 * DAY]);
});

it('requests without a key, of other services, too old, or that the service did not find, suggest nothing', async () => {
  const lost = decision({ path: '/lost' });
  write(
    store,
    [
      decision({ path: '/wp-login.php', principal: null, code: 'MISSING_KEY' }),
      decision({ path: '/elsewhere', serviceId: OTHER_SERVICE }),
      decision({ path: '/old', atMs: at(NOW - 7 * DAY - MINUTE) }),
      lost,
    ],
    [report([{ requestId: lost.requestId, responseStatus: 404 }])],
  );
  expect((await observed()).items).toEqual([]);
});

it('reading gives way after each stretch, stops when its time is up and says how far it came', async () => {
  const rows = Array.from({ length: 2_500 }, (_none, n) =>
    decision({ path: `/v1/items/${String(n)}`, atMs: at(NOW - n * MINUTE) }),
  );
  write(store, rows.toReversed());
  let pauses = 0;
  const pause = () => {
    pauses += 1;
    return Promise.resolve();
  };
  const part = await observed({ isSpent: () => true }, pause);
  expect(pauses).toBe(1);
  expect(part).toMatchObject({ isWhole: false, items: [{ path: '/v1/items/{id}', requests: part.rows }] });
  expect(part.rows).toBeLessThan(2_500);
  expect(part.from).toBeGreaterThan(NOW - 2_500 * MINUTE);
  expect(await observed()).toMatchObject({ isWhole: true, rows: 2_500 });
});

it('an empty log suggests nothing', async () => {
  expect(await observed()).toMatchObject({ items: [], rows: 0, isWhole: true });
});
