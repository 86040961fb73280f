import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const NO_KEY = '000000000000';

let world: TestWorld;
let keyId: string;
let quota: Output<'keys.limits'>['quota'];
/** Allowed requests so many days ago; null: the log is down. */
let allowed: ((daysAgo: number) => number) | null;
let asked: unknown[];
beforeEach(async () => {
  asked = [];
  allowed = (daysAgo) => 380 - 10 * daysAgo;
  const requests: HandlerServices['requests'] = {
    query: (name, input) => {
      asked.push([name, input]);
      return allowed === null
        ? Promise.reject(new AppError('UNAVAILABLE', 'The log is down.'))
        : Promise.resolve(seriesOf(allowed) as never);
    },
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({
    requests,
    limitsLeft: { ofKey: () => ({ rateLimits: [], quota }), tightest: () => [] },
  }));
  keyId = (await makeKey(world, await makeSubjects(world))).key.keyId;
  quota = {
    limit: 1_000_000,
    used: 0,
    remaining: 0,
    period: 'month',
    by: 'key',
    isSoft: false,
    resetsAt: timestampMs.parse(world.nowMs() + 20 * DAY_MS),
  };
});
afterEach(() => {
  world.close();
});

/** Days of the last five weeks, today included. */
function seriesOf(countOf: (daysAgo: number) => number) {
  const today = Math.floor(world.nowMs() / DAY_MS);
  return Array.from({ length: 36 }, (_none, index) => {
    const daysAgo = 35 - index;
    const count = Math.max(0, countOf(daysAgo));
    return { bucketStart: (today - daysAgo) * DAY_MS, byCode: { VALID: count, RATE_LIMITED: 9_999 } };
  });
}
const forecast = async () => (await world.call('usage.forecast', { keyId }, 'viewer'))?.forecast;
const daysAhead = async (): Promise<number | string> => {
  const told = await forecast();
  return told?.kind === 'reaches' ? (told.at - world.nowMs()) / DAY_MS : (told?.kind ?? 'none');
};

it('a growing key is told the day of its quota, from allowed requests alone and today left out', async () => {
  if (quota !== null) quota = { ...quota, limit: 1_170 };
  // A quota whose counter began with today: what it costs is not taken from it.
  allowed = (daysAgo) => (daysAgo === 0 ? 1 : 380 - 10 * daysAgo);
  expect(await daysAhead()).toBe(3);
});

it('what requests cost is taken from the counter of the quota', async () => {
  // A period that began with the present day: of its 100 requests each used 10.
  const today = Math.floor(world.nowMs() / DAY_MS) * DAY_MS;
  const resetsAt = timestampMs.parse(new Date(today).setUTCMonth(new Date(today).getUTCMonth() + 1));
  allowed = (daysAgo) => (daysAgo === 0 ? 100 : 380 - 10 * daysAgo);
  if (quota !== null) quota = { ...quota, resetsAt, used: 1_000, limit: 12_700 };
  expect(await daysAhead()).toBe(3);
});

it('a quota that several share is forecast from all of them', async () => {
  if (quota !== null) quota = { ...quota, by: 'application' };
  const { applicationId, partnerId } = await world.call('keys.get', { keyId }, 'viewer');
  await forecast();
  expect(asked).toMatchObject([['usage.series', { applicationId, bucketMs: DAY_MS }]]);
  if (quota !== null) quota = { ...quota, by: 'partner' };
  await forecast();
  expect(asked[1]).toMatchObject(['usage.series', { partnerId }]);
  expect(asked[1]).not.toMatchObject(['usage.series', { keyId }]);
});

it('without a quota there is nothing to forecast, and the log is not asked', async () => {
  quota = null;
  expect(await world.call('usage.forecast', { keyId }, 'viewer')).toBeNull();
  expect(asked).toEqual([]);
});

it('a new key has too little data, an unknown one is refused, and a log that is down is said to be', async () => {
  allowed = (daysAgo) => (daysAgo < 3 ? 1_000 : 0);
  expect(await forecast()).toEqual({ kind: 'unknown', why: 'few' });
  allowed = null;
  expect(await world.refusal('usage.forecast', { keyId })).toMatchObject({ code: 'UNAVAILABLE' });
  expect(await world.refusal('usage.forecast', { keyId: NO_KEY })).toMatchObject({ code: 'KEY_NOT_FOUND' });
});
