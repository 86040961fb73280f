import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createAnnouncements } from './announcements.ts';
import { openKeysDatabase } from './sqlite/keys-database.ts';
import { KeysStore } from './sqlite/keys-store.ts';
import { startReadAhead } from './start-read-ahead.ts';

test('a store is read ahead after the start and again after another one took its place, until it is stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-read-ahead-'));
  const file = join(folder, 'keys.db');
  const store = new KeysStore(file, openKeysDatabase(file));
  const announcements = createAnnouncements((error) => {
    throw error;
  });
  const warn = vi.fn();
  const logger = { info: vi.fn(), error: vi.fn(), warn };
  const stop = startReadAhead({ store, announcements }, { logger, monotonicMs: () => performance.now() });
  try {
    const stepsLeft = (steps: number) => {
      const readAhead = vi.fn(() => readAhead.mock.calls.length < steps);
      Object.assign(store.db.verify, { readAhead });
      return readAhead;
    };
    const first = stepsLeft(3);
    await vi.waitFor(() => {
      expect(first).toHaveBeenCalledTimes(3);
    });
    announcements.announce({ kind: 'changed', subjects: ['keys'] });
    await wait(20);
    expect(first).toHaveBeenCalledTimes(3);

    store.exchange(() => {
      copyFileSync(file, `${file}.copy`);
    });
    const second = stepsLeft(2);
    announcements.announce({ kind: 'changed', subjects: ['keys'] });
    await vi.waitFor(() => {
      expect(second).toHaveBeenCalledTimes(2);
    });
    expect(warn).not.toHaveBeenCalled();

    store.close();
    stop();
  } finally {
    stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
