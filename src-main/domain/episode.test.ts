import { expect, test } from 'vitest';
import { EPISODE_NAMES_MAX, followEpisode, type Episode } from './episode.ts';

const QUIET_MS = 60_000;
const seen = (count: number, ...names: readonly string[]) => ({
  count,
  by: new Map(names.map((name) => [name, 1])),
});
const at = (former: Episode | null, nowMs: number, count: number, ...names: readonly string[]) =>
  followEpisode(former, seen(count, ...names), { nowMs, quietMs: QUIET_MS });

test('what stops and starts again within the quiet time is one episode, and a later one is another', () => {
  expect(at(null, 0, 0)).toBeNull();
  const first = at(null, 1_000, 3, 'a');
  expect(first).toMatchObject({ startedAtMs: 1_000, endedAtMs: null, count: 3 });
  const quiet = at(first, 1_000 + QUIET_MS - 1, 0);
  expect(quiet).toBe(first);
  const again = at(quiet, 1_000 + QUIET_MS - 1, 2, 'a', 'b');
  expect(again).toMatchObject({ startedAtMs: 1_000, lastAtMs: QUIET_MS + 999, endedAtMs: null, count: 5 });
  expect([...(again?.by ?? [])]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  const over = at(again, 2 * QUIET_MS + 999, 0);
  expect(over).toMatchObject({ startedAtMs: 1_000, endedAtMs: QUIET_MS + 999 });
  expect(at(over, 3 * QUIET_MS, 0)).toBe(over);
  expect(at(over, 3 * QUIET_MS, 1, 'a')).toMatchObject({ startedAtMs: 3 * QUIET_MS, count: 1 });
});

test('however many sources there are, some are named and all are counted', () => {
  let episode: Episode | null = null;
  for (let source = 0; source < 1_000; source += 1) episode = at(episode, source, 1, String(source));
  expect(episode?.count).toBe(1_000);
  expect(episode?.by.size).toBe(EPISODE_NAMES_MAX);
});
