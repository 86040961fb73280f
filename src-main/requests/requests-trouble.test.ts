import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { PRINCIPAL, SERVICE } from './log.test-support.ts';
import { type ClientHouse, EVERYTHING, lost, now, openClientHouse } from './requests-client.test-support.ts';

let house: ClientHouse;
let start: ClientHouse['start'];

beforeEach(() => {
  house = openClientHouse();
  ({ start } = house);
});
afterEach(() => house.close());

describe('a record over which workers end', () => {
  it('is left out after the third, counted, and the records around it are in the log', async () => {
    const client = await start();
    await client.close();
    const database = new Database(join(house.directory, 'requests.db'));
    database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON principals WHEN NEW.key_id = 'badbadbadbad'
      BEGIN SELECT RAISE(ABORT, 'A row that ends its worker.'); END`);
    database.close();
    const again = await start({
      createWorker: () => {
        const entry = new URL('./requests-worker.ts', import.meta.url).href;
        // A worker in which such a row is not an error but the end.
        const worker = new Worker(
          `import { JournalIntake } from ${JSON.stringify(new URL('./journal-intake.ts', import.meta.url).href)};
           import { RequestsStore } from ${JSON.stringify(new URL('./requests-store.ts', import.meta.url).href)};
           const write = RequestsStore.prototype.write;
           RequestsStore.prototype.write = function (...args) {
             try { return write.apply(this, args); } catch { process.exit(1); }
           };
           await import(${JSON.stringify(entry)});`,
          { eval: true },
        );
        house.workers.push(worker);
        return worker;
      },
    });
    await vi.waitFor(() => {
      expect(again.state).toBe('ok');
    }, 20_000);
    const [before, after] = [now(), now()];
    again.record(before);
    again.record(now({ principal: { ...PRINCIPAL, keyId: 'badbadbadbad' as KeyId } }));
    again.record(after);
    await vi.waitFor(async () => {
      expect(await again.stats()).toMatchObject({
        state: 'ok',
        rowCount: 2,
        queuedRows: 0,
        lostByReason: [{ reason: 'worker_crash', count: 1 }],
      });
    }, 30_000);
    const { items } = await again.query('requests.list', EVERYTHING);
    expect(items.map(({ requestId }) => requestId)).toEqual([after.requestId, before.requestId]);
    expect(house.onDown).toHaveBeenCalledTimes(4);
  }, 60_000);
});

describe('a journal that cannot be written', () => {
  it('degrades the log and says why; verification goes on; everything is in the log once it can', async () => {
    const client = await start();
    const folder = join(house.directory, 'requests.journal');
    writeFileSync(folder, 'A file where the folder should be.');
    const rows = Array.from({ length: 200 }, () => now());
    const sent = vi.fn();
    for (const row of rows) client.record(row);
    client.whenRecorded(sent);
    await vi.waitFor(() => {
      expect(sent).toHaveBeenCalledTimes(1);
    });
    expect(client.state).toBe('degraded');
    expect(client.warnings()).toMatchObject([
      { code: 'LOG_DEGRADED', message: expect.stringContaining('journal') as string },
    ]);
    await expect(client.report(SERVICE, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    rmSync(folder);
    await vi.waitFor(async () => {
      expect(await client.stats()).toMatchObject({ state: 'ok', rowCount: 200, lostRows: 0, queuedRows: 0 });
    }, 15_000);
    expect(client.warnings()).toEqual([]);
  });

  it('until the end costs what waited in memory, counted', async () => {
    const client = await start();
    writeFileSync(join(house.directory, 'requests.journal'), '');
    for (let index = 0; index < 50; index += 1) client.record(now());
    await client.close();
    rmSync(join(house.directory, 'requests.journal'));
    expect(await lost(await start())).toEqual([{ reason: 'journal_failed', count: 50 }]);
  });
});
