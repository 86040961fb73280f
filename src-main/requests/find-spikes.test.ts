import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { DecisionRow } from './decision-row.ts';
import { findSpikes, SPIKE_COOL_DOWN_MS } from './find-spikes.ts';
import { forgetService } from './forget-service.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  SERVICE,
  write,
} from './log.test-support.ts';
import { RequestsStore } from './requests-store.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** So many requests in the ten full minutes before `atMs`. */
const burst = (count: number, atMs: number, differs: Partial<DecisionRow> = {}) =>
  Array.from({ length: count }, (_, index) =>
    decision({ ...differs, atMs: (atMs - MINUTE - (index % 9) * MINUTE) as TimestampMs }),
  );
/** Two requests an hour for three days, up to `atMs`. */
const past = (atMs: number, differs: Partial<DecisionRow> = {}) =>
  Array.from({ length: 144 }, (_, index) =>
    decision({ ...differs, atMs: (atMs - 2 * HOUR - index * 30 * MINUTE) as TimestampMs }),
  );
const spikes = (store: RequestsStore) => store.db.spikes.list(0, 100);
const look = (store: RequestsStore, atMs = NOW as number) => findSpikes(store, atMs, noPause);

describe('a key that suddenly does far more than it usually does', () => {
  it('is found with its figures, whether its counts are in memory, in the file, or in both', async () => {
    for (const when of ['never', 'between', 'after'] as const) {
      const store = openStore();
      write(store, past(NOW));
      if (when === 'between') for (const _step of store.rollups.fold());
      write(store, burst(150, NOW));
      if (when === 'after') for (const _step of store.rollups.fold());
      expect(await look(store), when).toBe(true);
      const at = NOW - (NOW % MINUTE);
      expect(spikes(store), when).toEqual([
        {
          keyId: PRINCIPAL.keyId,
          keyName: PRINCIPAL.keyName,
          environment: 'live',
          ...{ at, lastAt: at, requests: 150, usual: 0, most: 1 },
        },
      ]);
      store.close();
    }
  });

  it('is one key over its secrets and names, and is called by its newest name', async () => {
    const store = openStore();
    write(store, past(NOW));
    write(store, burst(60, NOW));
    write(store, burst(60, NOW, { principal: { ...PRINCIPAL, secretVersion: 2, keyName: 'Renamed' } }));
    await look(store);
    expect(spikes(store)).toMatchObject([{ keyName: 'Renamed', requests: 120 }]);
    store.close();
  });

  it('is one spike while it goes on and while it comes back within the cool-down, over restarts, and another one later', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-spikes-'));
    directories.push(directory);
    const open = () => RequestsStore.over(openRequestsDatabase(join(directory, 'requests.db')));
    const later = NOW + 3 * HOUR;
    const muchLater = later + SPIKE_COOL_DOWN_MS + MINUTE;
    let store = open();
    write(store, past(NOW));
    write(store, burst(150, NOW));
    await look(store);
    await look(store, NOW + MINUTE);
    store.close();
    store = open();
    write(store, burst(400, later));
    expect(await look(store, later)).toBe(true);
    expect(spikes(store)).toMatchObject([{ at: NOW - (NOW % MINUTE), requests: 400 }]);
    write(store, burst(1_000, muchLater));
    await look(store, muchLater);
    expect(spikes(store).map(({ requests }) => requests)).toEqual([1_000, 400]);
    store.close();
  });
});

describe('no spike', () => {
  it('is found of keys that are new, do as ever, come back every day, or are only refused because they have ended', async () => {
    const store = openStore();
    const key = (keyId: string) => ({
      principal: { ...OTHER_PRINCIPAL, keyId: keyId as typeof PRINCIPAL.keyId },
    });
    write(store, [
      ...burst(500, NOW - 20 * HOUR, key('aaaaaaaaaaaa')),
      ...burst(500, NOW, key('aaaaaaaaaaaa')),
    ]);
    write(store, [...past(NOW, key('bbbbbbbbbbbb')), ...burst(99, NOW, key('bbbbbbbbbbbb'))]);
    for (const days of [0, 1, 2]) write(store, burst(150, NOW - days * DAY, key('cccccccccccc')));
    write(store, past(NOW, key('cccccccccccc')));
    write(store, past(NOW, key('dddddddddddd')));
    write(store, burst(500, NOW, { ...key('dddddddddddd'), code: 'REVOKED' }));
    expect(await look(store)).toBe(false);
    expect(spikes(store)).toEqual([]);
    store.close();
  });

  it('is left of a partner that is taken out of the log', async () => {
    const store = openStore();
    write(store, [...past(NOW), ...burst(150, NOW)]);
    await look(store);
    await forgetService(store, { serviceId: SERVICE, partnerIds: [PRINCIPAL.partnerId] }, noPause);
    expect(spikes(store)).toEqual([]);
    store.close();
  });
});
