import { createHash } from 'node:crypto';
import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { AppError } from '#main/platform/app-error.ts';
import { realWorker } from '#main/program-file.test-support.ts';
import { copyOpenStore } from '#main/sqlite/copy-store.ts';
import { newDataPath, startTestStore } from '#main/wire-store.test-support.ts';
import { createInspectAside } from './inspect-aside.ts';

let copy: string;
let folder: string;
beforeEach(async () => {
  const path = newDataPath();
  const store = await startTestStore(path);
  [copy, folder] = [join(path, 'copy.db'), join(path, 'look')];
  await copyOpenStore(store.wired.store.db.handle, copy);
  store.stop();
});

const noThread = () => {
  throw new Error('A thread was started.');
};

/** What there is to find, and the hash of the file as it is now. */
const sound = () => ({
  finding: expect.objectContaining({ kind: 'sound' }) as unknown,
  sha256: createHash('sha256').update(readFileSync(copy)).digest('hex'),
});

it('a small copy is looked into by the thread of the log, which is there', async () => {
  const asked: unknown[] = [];
  const log = { query: (...question: unknown[]) => Promise.resolve(asked.push(question) as never) };
  await createInspectAside(noThread, () => log)(copy, folder);
  expect(asked).toEqual([['store.inspect', { path: copy, folder }]]);
});

it('a copy is looked into by a thread of its own where the log cannot: not started, in trouble, or the copy is large', async () => {
  const inTrouble = { query: () => Promise.reject(new AppError('UNAVAILABLE', 'The log is down.')) };
  for (const log of [null, inTrouble])
    expect(await createInspectAside(realWorker, () => log)(copy, folder)).toEqual(sound());
  truncateSync(copy, 9 * 1024 * 1024);
  const asked: unknown[] = [];
  const log = { query: (name: string) => Promise.resolve(asked.push(name) as never) };
  expect(await createInspectAside(realWorker, () => log)(copy, folder)).toEqual(sound());
  expect(asked).toEqual([]);
});
