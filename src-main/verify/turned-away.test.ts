import { expect, test } from 'vitest';
import { blockedSourceId } from '#contract/ids.ts';
import { TurnedAwayWatch } from './turned-away.ts';
import { createWorld } from './verify-world.test-support.ts';

const MINUTE_MS = 60_000;

test('a guesser is one episode however many attempts there are, named by its address and apart from who guesses without one', () => {
  const world = createWorld({ settings: { failuresMax: 3, failuresForgivenPerSecond: 0.01 } });
  const watch = new TurnedAwayWatch(world.verifier.guard, (source) => source.replace(/^svc_.*/, 'Trade'));
  const guess = (times: number, clientIp?: string) => {
    for (let time = 0; time < times; time += 1) {
      const request = {
        key: 'no key of ours',
        method: 'GET',
        path: '/a',
        cost: 1,
        dryRun: false,
        explain: false,
      };
      world.verifier.verify(world.trade, { ...request, ...(clientIp === undefined ? {} : { clientIp }) });
    }
  };
  const look = () => watch.look(world.clock.nowMs());
  guess(3, '203.0.113.9');
  expect(look()).toBe(false);
  expect(watch.episodes()).toEqual([]);
  guess(50, '203.0.113.9');
  guess(31);
  expect(look()).toBe(true);
  const began = world.clock.nowMs();
  for (let minute = 0; minute < 30; minute += 1) {
    world.clock.advance(MINUTE_MS);
    guess(10, '203.0.113.9');
    expect(look()).toBe(false);
  }
  const [going, ...others] = watch.episodes();
  expect(others).toEqual([]);
  expect(going).toMatchObject({ kind: 'guessing', startedAt: began, endedAt: null });
  expect(going?.count).toBe(world.verifier.guard.figures().throttled);
  expect(going?.by.map(({ name }) => name)).toEqual(['203.0.113.9', 'Trade']);
  const last = world.clock.nowMs();
  world.clock.advance(10 * MINUTE_MS - 1);
  expect(look()).toBe(false);
  world.clock.advance(1);
  expect(look()).toBe(true);
  expect(watch.episodes()).toMatchObject([{ kind: 'guessing', endedAt: last }]);
  expect(look()).toBe(false);
  // Who is blocked already is no news.
  const network = '203.0.113.9/32';
  const id = blockedSourceId.parse('bls_0000000000000001');
  world.sources.replace([{ id, network, expiresAtMs: null }]);
  guess(1_000, '203.0.113.9');
  expect(look()).toBe(false);
});

test('load that is shed is an episode with its reason, which ends two minutes after the last one', () => {
  const world = createWorld({ settings: { verifyPerSecondMax: 1 } });
  const watch = new TurnedAwayWatch(world.verifier.guard, (source) => source);
  const { secret: key } = world.addKey();
  const ask = () =>
    world.verifier.verify(world.trade, {
      ...{ key, method: 'GET', path: '/inventory/1', cost: 1, dryRun: false, explain: false },
    }).kind;
  const look = () => watch.look(world.clock.nowMs());
  const kinds = Array.from({ length: 20 }, ask);
  expect(look()).toBe(true);
  const count = kinds.filter((kind) => kind === 'overloaded').length;
  expect(watch.episodes()).toMatchObject([
    { kind: 'load', endedAt: null, count, by: [{ name: 'server-ceiling', count }] },
  ]);
  world.clock.advance(2 * MINUTE_MS);
  expect(look()).toBe(true);
  world.clock.advance(MINUTE_MS);
  Array.from({ length: 20 }, ask);
  expect(look()).toBe(true);
  expect(watch.episodes().map(({ endedAt }) => endedAt === null)).toEqual([true, false]);
});
