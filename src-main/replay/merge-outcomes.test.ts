import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
import { createReplayWorld, sourcesOf, type ReplayWorld } from './replay-world.test-support.ts';
import { runReplay } from './run-replay.ts';

let house: ReplayWorld;
beforeEach(async () => {
  house = await createReplayWorld();
});
afterEach(() => house.close());

it('two replays of different keys as one are what a replay of both finds', async () => {
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/**' }] as const;
  const keys: { keyId: KeyId; text: string }[] = [];
  for (const name of ['One', 'Two', 'Three']) keys.push(await house.addKey({ name, rules }));
  for (const [index, { text }] of keys.entries()) {
    for (let n = 0; n < 5 + index; n += 1)
      house.ask({ keyText: text, method: 'GET', path: `/offers/${String(n % 3)}` });
    house.ask({ keyText: text, scopes: ['inventory:read'] });
  }
  house.log();
  const draft = {
    rules: [{ effect: 'allow', methods: ['GET'], path: '/offers/1' }],
    rateLimit: { limit: 1, windowMs: 1_000 },
  } as const;
  const of = async (...indexes: readonly number[]) => {
    const keyIds = indexes.map((index) => keys[index]?.keyId ?? ('' as KeyId));
    return runReplay(sourcesOf(house.store), await house.plan(keyIds, draft));
  };
  const whole = await of(0, 1, 2);
  const parts = mergeOutcomes(mergeOutcomes(await of(0), await of(1)), await of(2));
  const byText = (values: readonly object[]) => values.map((value) => JSON.stringify(value)).toSorted();
  expect({ ...parts, groups: byText(parts.groups) }).toEqual({ ...whole, groups: byText(whole.groups) });
  expect(parts.groups.map(({ count }) => count)).toEqual(whole.groups.map(({ count }) => count));
  expect(whole.counts.newlyRefused).toBeGreaterThan(0);
  expect(whole.notes.map(({ code }) => code)).toContain('SCOPES_NOT_LOGGED');
});
