import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';
import { judgeLimits, refusingLimit, spendLimits } from './named-limits.ts';
import { createWorld } from './verify-world.test-support.ts';

const SECOND = 1_000;

test('a request may make up any number of lengths and names of limits: memory stays bounded and no limit is exceeded', () => {
  const limiter = new Limiter(10);
  const world = createWorld();
  const { secret: key } = world.addKey();
  const row = world.queries.findSecret(world.keyring.hashText(key), world.trade.id);
  if (row === null) throw new Error('no key');
  const named = [
    { name: 'steady', limit: 3, windowMs: 60 * SECOND, by: 'application', isSoft: false },
  ] as const;
  const admits = (windowMs: number, name: string, atMs: number): boolean => {
    const overrides = [{ name, limit: 3, windowMs, cost: undefined }];
    const question = {
      row,
      single: null,
      named: name === 'steady' ? named : [],
      overrides,
      ofChild: null,
      clientIp: null,
      cost: 1,
    };
    const judged = judgeLimits(limiter, question, atMs);
    if (refusingLimit(judged) !== null) return false;
    spendLimits(limiter, judged, atMs);
    return true;
  };
  let atMs = 0;
  for (let step = 0; step < 5_000; step += 1) {
    atMs += 1;
    admits(1_000 + step, step % 2 === 0 ? 'steady' : `n${String(step)}`, atMs);
  }
  expect(limiter.windowCount).toBeLessThan(50);
  const admitted = Array.from({ length: 10 }, () => admits(3_000, 'steady', atMs)).filter((is) => is);
  expect(admitted.length).toBeLessThanOrEqual(3);
  expect(admits(3_000, 'steady', atMs + 4_096)).toBe(true);
});

test('calls of one key that make up limits and addresses without end leave the addresses of another key their whole limit', () => {
  const limiter = new Limiter(200);
  const world = createWorld();
  const rowOf = () => {
    const row = world.queries.findSecret(world.keyring.hashText(world.addKey().secret), world.trade.id);
    if (row === null) throw new Error('no key');
    return row;
  };
  const greedy = rowOf();
  const modest = rowOf();
  const each = { name: 'each', limit: 2, windowMs: 60 * SECOND, by: 'clientIp', isSoft: false } as const;
  const admits = (row: typeof greedy, clientIp: string, name: string): boolean => {
    const overrides = [{ name, limit: 2, windowMs: 60 * SECOND, cost: undefined }];
    const question = { row, single: null, named: [each], overrides, ofChild: null, clientIp, cost: 1 };
    const judged = judgeLimits(limiter, question, 0);
    if (refusingLimit(judged) !== null) return false;
    spendLimits(limiter, judged, 0);
    return true;
  };
  for (let call = 0; call < 1_000; call += 1)
    admits(greedy, `198.51.${String(call >> 8)}.${String(call & 255)}`, `n${String(call)}`);
  expect(admits(greedy, '192.0.2.1', 'other')).toBe(false);
  for (let host = 0; host < 20; host += 1) {
    const ask = (): boolean => admits(modest, `203.0.113.${String(host)}`, `own${String(host)}`);
    expect([ask(), ask(), ask()]).toEqual([true, true, false]);
  }
});
