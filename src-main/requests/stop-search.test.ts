import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { decision, write } from './log.test-support.ts';
import { CLOCK, openClientHouse } from './requests-client.test-support.ts';
import { RequestsStore } from './requests-store.ts';

const ROWS = 60_000;
const SEARCH = 'a-search-that-is-slow';

it('a slow search of the worker that is stopped answers with what it has within 200 ms, and the worker goes on', async () => {
  const house = openClientHouse();
  const store = RequestsStore.over(openRequestsDatabase(join(house.directory, 'requests.db')));
  const startMs = CLOCK.nowMs() - ROWS;
  for (let start = 0; start < ROWS; start += 5_000) {
    const rows = Array.from({ length: 5_000 }, (_none, n) =>
      decision({ atMs: (startMs + start + n) as TimestampMs, path: `/inventory/${String(start + n)}` }),
    );
    write(store, rows);
  }
  store.close();
  const client = await house.start();
  const filter = { query: 'endpoint:"GET /nowhere/{id}" -path:/x' };
  const whole = await client.query('requests.list', { filter, limit: 10 });
  expect(whole).toMatchObject({ items: [], searchedTo: null, nextCursor: null });

  const running = client.query('requests.list', { filter, limit: 10, searchId: SEARCH });
  await sleep(1);
  const stoppedAtMs = performance.now();
  client.stopSearch(SEARCH);
  const page = await running;
  expect(performance.now() - stoppedAtMs).toBeLessThan(200);
  expect(page.searchedTo).not.toBeNull();
  const rest = { filter: {}, limit: 1, cursor: page.nextCursor ?? '' };
  expect((await client.query('requests.list', rest)).items[0]?.at).toBeLessThan(page.searchedTo ?? 0);
  await house.close();
}, 60_000);
