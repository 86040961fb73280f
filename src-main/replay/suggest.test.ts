import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import { limitAbove, PeakUse } from './peak-use.ts';
import { planSuggest } from './plan-replay.ts';
import { createReplayWorld, type ReplayWorld, sourcesOf } from './replay-world.test-support.ts';
import { runSuggest } from './run-suggest.ts';
import { patternOf } from './suggest-rules.ts';

let house: ReplayWorld;
let keyId: KeyId;
let keyText: string;

const OWN_RULES: readonly Rule[] = [
  { effect: 'allow', methods: ['GET'], path: '/offers/**' },
  { effect: 'allow', methods: ['DELETE'], path: '/offers/*' },
  { effect: 'deny', methods: ['*'], path: '/offers/secret' },
];

beforeEach(async () => {
  house = await createReplayWorld();
  ({ keyId, text: keyText } = await house.addKey({ rules: [...OWN_RULES] }));
});
afterEach(() => {
  house.close();
});

const askFor = (method: string, paths: readonly string[]): void => {
  for (const path of paths) house.ask({ keyText, method, path });
};

async function suggest() {
  house.log();
  const nowMs = house.world.nowMs();
  const context = { db: house.world.db, nowMs: nowMs + 1 } as unknown as Parameters<typeof planSuggest>[0];
  return runSuggest(sourcesOf(house.store), planSuggest(context, keyId, 7));
}

it('rules to add are the endpoints refused for lack of a rule, and adding one lets exactly those pass', async () => {
  await house.world.call('endpoints.import', {
    serviceId: house.subjects.service.id,
    lines: 'GET /orders/{id}\nPUT /orders/{id}',
  });
  askFor('GET', ['/orders/1', '/orders/2', '/offers/1', '/reports/2026/42', '/reports/2026/43']);
  askFor('PUT', ['/orders/1']);
  askFor('GET', ['/offers/secret', '/v1//x']);
  const { toAdd, requestCount } = await suggest();
  expect(requestCount).toBe(8);
  expect(toAdd).toMatchObject([
    {
      rule: { effect: 'allow', methods: ['GET', 'PUT'], path: '/orders/{id}' },
      count: 3,
      isInCatalogue: true,
      service: 'Trade API',
    },
    { rule: { effect: 'allow', methods: ['GET'], path: '/reports/*/*' }, count: 2, isInCatalogue: false },
  ]);
  for (const { rule, count } of toAdd) {
    const { counts } = await house.replay(keyId, { rules: [...OWN_RULES, rule] });
    expect(counts).toMatchObject({ newlyAllowed: count, newlyRefused: 0 });
  }
});

it('dropping everything that is called unused changes no decision; deny rules are never called unused', async () => {
  askFor('GET', ['/offers/1', '/offers/secret', '/elsewhere']);
  const { unusedRules, unusedScopes } = await suggest();
  expect(unusedRules).toEqual([1]);
  expect(unusedScopes).toEqual(['inventory:read']);
  const rules = OWN_RULES.filter((_rule, index) => !unusedRules.includes(index));
  const { counts } = await house.replay(keyId, { rules, scopeIds: [] });
  expect(counts).toMatchObject({ replayed: 3, same: 3 });
});

it('a scope is not called unused where its service asked for scopes alone', async () => {
  house.ask({ keyText, scopes: ['inventory:read'] });
  expect((await suggest()).unusedScopes).toEqual([]);
});

it('nothing is called unused for a key without requests', async () => {
  expect(await suggest()).toMatchObject({
    requestCount: 0,
    toAdd: [],
    unusedRules: [],
    unusedScopes: [],
    limit: null,
  });
});

it('the limit is above the peak with room, tells its basis, and would have refused nothing', async () => {
  for (let n = 0; n < 150; n += 1)
    house.ask({ keyText, method: 'GET', path: '/offers/1', afterMs: n < 90 ? 10 : 3_000 });
  const { limit } = await suggest();
  expect(limit).toMatchObject({ rateLimit: { limit: 170, windowMs: 60_000 }, peak: 109, current: null });
  if (limit === null) throw new Error('suggested');
  expect((await house.replay(keyId, { rateLimit: limit.rateLimit })).counts).toMatchObject({ same: 150 });
  const tight = { limit: limit.peak - 1, windowMs: 60_000 };
  expect((await house.replay(keyId, { rateLimit: tight })).counts.newlyRefused).toBeGreaterThan(0);
});

it('the peak is that of a sliding window: what is as old as the window has left it', () => {
  const peak = new PeakUse(1_000);
  for (const atMs of [0, 999, 1_000, 1_999]) peak.add(atMs, 1);
  expect([peak.peak, peak.peakAtMs]).toEqual([2, 999]);
  expect([1, 90, 1_000, 66_000, 90_000, 200_000].map(limitAbove)).toEqual([
    10,
    140,
    1_500,
    99_000,
    100_000,
    null,
  ]);
});

it('a suggested path has wildcards for names of single things and keeps words', () => {
  expect(patternOf('/v1/items/42/parts/3f2504e0-4f89-11d3-9a0c-0305e82c3301')).toBe('/v1/items/*/parts/*');
  expect(patternOf('/v1/items')).toBe('/v1/items');
  expect(patternOf(`/${'long/'.repeat(60)}`)).toBeNull();
});
