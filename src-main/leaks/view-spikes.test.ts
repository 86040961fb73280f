import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { makeKey, makeSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import type { SpikeRow } from '#main/sqlite/requests-spike-queries.ts';
import { viewSpikes } from './view-spikes.ts';

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

it('spikes are shown with what became of their keys: working, suspended, an incident, removed; of one environment alone', async () => {
  const subjects = await makeSubjects(world);
  const [works, ended] = [
    (await makeKey(world, subjects, { name: 'A' })).key,
    (await makeKey(world, subjects, { name: 'B' })).key,
  ];
  await world.call('keys.suspend', { keyId: ended.keyId, reason: 'Odd' });
  const { id } = await world.call('leaks.record', { keyId: ended.keyId });
  const nowMs = world.nowMs();
  const row = (of: SpikeRow['keyId'], environment: SpikeRow['environment'] = 'live'): SpikeRow => ({
    ...{ keyId: of, keyName: 'K', environment, at: nowMs, lastAt: nowMs, requests: 500, usual: 1, most: 2 },
  });
  const gone = keyId.parse('zzzzzzzzzzzz');
  const rows = [row(works.keyId), row(ended.keyId), row(gone), row(gone, 'test')];
  const asked: number[] = [];
  const list = (fromMs: number) => {
    asked.push(fromMs);
    return Promise.resolve(rows);
  };
  const { items } = await viewSpikes(world.systemContext(), { environment: 'live' }, list);
  expect(items.map(({ status, openLeakId }) => [status, openLeakId])).toEqual([
    ['active', null],
    ['suspended', id],
    [null, null],
  ]);
  expect((await viewSpikes(world.systemContext(), {}, list)).items).toHaveLength(4);
  expect(asked[0]).toBe(nowMs - 86_400_000);
});
