import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, vi } from 'vitest';
import { createClock } from '#main/platform/clock.ts';
import { realWorker } from '#main/program-file.test-support.ts';
import type { DecisionRow } from './decision-row.ts';
import { decision, PRINCIPAL, RETENTION } from './log.test-support.ts';
import type { RequestsClientOptions } from './requests-client-options.ts';
import { RequestsClient } from './requests-client.ts';

export const CLOCK = createClock();
export const EVERYTHING = { filter: {}, limit: 500 };

/** A decision of this moment. */
export const now = (differs: Partial<DecisionRow> = {}): DecisionRow =>
  decision({ atMs: CLOCK.nowMs(), ...differs });

/** Rows that the log counts as lost, by reason. */
export async function lost(client: RequestsClient) {
  return (await client.stats()).lostByReason;
}

export type ClientHouse = ReturnType<typeof openClientHouse>;

/** A data directory in which clients with real workers live one after the other. */
export function openClientHouse() {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-client-'));
  const clients: RequestsClient[] = [];
  const workers: Worker[] = [];
  const onChange = vi.fn();
  const onDown = vi.fn();
  const onReaderDown = vi.fn();
  const readers: Worker[] = [];

  const start = async (differs: Partial<RequestsClientOptions> = {}): Promise<RequestsClient> => {
    const client = new RequestsClient({
      createWorker: () => {
        const worker = realWorker();
        workers.push(worker);
        return worker;
      },
      createReader: () => {
        const reader = realWorker();
        readers.push(reader);
        return reader;
      },
      file: join(directory, 'requests.db'),
      clock: CLOCK,
      retention: RETENTION,
      findKey: (keyId) => (keyId === PRINCIPAL.keyId ? PRINCIPAL : null),
      findServiceName: () => 'Trade API',
      onChange,
      onDown,
      onReaderDown,
      ...differs,
    });
    clients.push(client);
    await client.start();
    if (differs.createWorker === undefined) {
      // On a busy machine the log may open after the start.
      await vi.waitFor(() => {
        expect(client.state).toBe('ok');
      }, 20_000);
    }
    return client;
  };

  return {
    directory,
    workers,
    readers,
    onReaderDown,
    onChange,
    onDown,
    start,
    close: async (): Promise<void> => {
      await Promise.all(clients.map((client) => client.close()));
      rmSync(directory, { recursive: true });
    },
  };
}
