import { afterEach, expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { SlidingWindow } from '#main/domain/rate-limit.ts';
import { createClock } from '#main/platform/clock.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { Limiter } from '../limiter.ts';
import { lastSelfTest, runSelfTest, type SelfTestParts } from './run-self-test.ts';

let world: TestWorld;
afterEach(() => {
  world.close();
});

/** A self-test with a limiter of ours over a real store. */
function selfTestWith(limiter: Limiter, more: Partial<SelfTestParts> = {}) {
  const clock = createClock();
  world = createTestWorld((db) => ({
    selfTest: {
      run: (context) =>
        runSelfTest(context, {
          lookup: db.verify,
          keyring: context.keyring,
          limiter,
          clock: { ...clock, nowMs: () => timestampMs.parse(world.nowMs()) },
          settings: () => ({ ...DEFAULT_SETTINGS, helpContact: 'help@ops.example' }),
          quotaDrift: () => Promise.resolve([]),
          ...more,
        }),
      last: (context) => Promise.resolve(lastSelfTest(context)),
    },
  }));
  return { run: () => world.call('selfTest.run', {}), last: () => world.call('selfTest.last', {}) };
}

/** What passes of what is asked; the second and third burst depend on how long those before them took. */
const ELEVEN_KINDS = [
  'First burst at 100 in 1000 ms: 60/60',
  expect.stringMatching(/^Burst in the middle at 100 in 1000 ms: \d+\/60$/),
  expect.stringMatching(/^Burst after the first has left at 100 in 1000 ms: \d+\/150$/),
  '20 for each client address, 192.0.2.1: 20/30',
  '20 for each client address, 192.0.2.2: 20/30',
  '30 shared by two keys of one application: 30/40',
  '30 shared by two applications of one partner: 30/40',
  'Costs of 4 and 2 at 10: 3/6',
  'One request sent 10 times, then 10 others, at 5: 14/20',
  'Other endpoints than that with the limit of 12: 20/20',
  '12 for one endpoint: 12/20',
  'Soft limit of 10: 20/20',
  'Soft limit of 10, without a warning: 10/20',
  'Soft quota of 10: 20/20',
  'Soft quota of 10, without a warning: 10/20',
  'A child key’s own limit of 12: 12/20',
  '30 shared by a key and its child: 18/40',
  'Rate limit of a plan, 10: 10/20',
  'Named limit of a plan, 14: 14/20',
  'Quota of a plan, 18: 18/20',
  'A key’s own limit instead of its plan’s, 6: 6/20',
  'Quota of 50 a day, today: 50/80',
  'Quota of 50 a day, from midnight on: 50/80',
];

const STORED = [
  ...['partners', 'applications', 'plans', 'keys', 'secrets', 'services'],
  ...['key_scopes', 'key_denials', 'enrolment_tokens', 'enrolments'],
];

/** Everything that is stored of keys, owners, plans and secrets. */
const rowsOf = ({ db }: TestWorld) =>
  STORED.map((table) => db.handle.prepare(`SELECT * FROM ${table}`).all());

test('a right engine passes: every limit admits what adding up allows, the issuer keeps its 256 bits, and the result is kept', async () => {
  const limiter = new Limiter();
  const { run, last } = selfTestWith(limiter);
  expect(await last()).toEqual({ result: null });
  const result = await run();
  expect(result.problems).toEqual([]);
  expect(result.isRight).toBe(true);
  for (const { expected, admitted } of result.limits) expect(admitted).toBe(expected);
  expect(
    result.limits.map(({ name, admitted, asked }) => `${name}: ${String(admitted)}/${String(asked)}`),
  ).toEqual(ELEVEN_KINDS);
  expect(result.issuer).toMatchObject({ secrets: 2_000, distinct: 2_000, readable: 2_000, bits: 256 });
  expect((await last()).result).toEqual(result);
});

test('it leaves no partner, key or secret behind, no counter, and one event in the audit trail', async () => {
  const limiter = new Limiter();
  const { run } = selfTestWith(limiter);
  const before = rowsOf(world);
  const events = async () => (await world.call('audit.list', {})).items;
  const eventsBefore = (await events()).length;
  await run();
  expect(rowsOf(world)).toEqual(before);
  expect((await events()).slice(0, -eventsBefore || undefined)).toMatchObject([
    { action: 'selfTest.run', after: { isRight: true } },
  ]);
});

/** Counts only half of what it admits. */
class LeakyLimiter extends Limiter {
  #calls = 0;
  override spendQuota(...asked: Parameters<Limiter['spendQuota']>) {
    this.#calls += 1;
    return this.#calls % 2 === 0 ? this.peekQuota(...asked) : super.spendQuota(...asked);
  }
}

test('a quota that is not enforced is told with what passed and what may', async () => {
  const { run } = selfTestWith(new LeakyLimiter());
  const { isRight, problems } = await run();
  expect(isRight).toBe(false);
  expect(problems).toEqual([
    'Soft quota of 10, without a warning: 20 of 20 passed; it must be 10.',
    'Quota of a plan, 18: 20 of 20 passed; it must be 18.',
    'Quota of 50 a day, today: 80 of 80 passed; it must be 50.',
    'Quota of 50 a day, from midnight on: 80 of 80 passed; it must be 50.',
  ]);
});

/** Remembers nothing but of client addresses, for all of which it has one window, twice as large: their sum is right. */
class ForgetfulLimiter extends Limiter {
  override window(_id: string, rate: RateLimit) {
    return new SlidingWindow(rate);
  }
  override openWindowId(limitId: string, _party: string, monotonicMs: number) {
    return super.openWindowId(limitId, 'anybody', monotonicMs);
  }
  override openWindow(id: string, { limit, windowMs }: RateLimit, monotonicMs: number) {
    return super.openWindow(id, { limit: 2 * limit, windowMs }, monotonicMs);
  }
}

test('every kind of rate limit that is not enforced is told by itself', async () => {
  const { run } = selfTestWith(new ForgetfulLimiter());
  const { problems } = await run();
  // How many of those bursts may pass depends on how long they took. The plan’s quota of 18 still holds.
  expect(problems.filter((problem) => !problem.startsWith('Burst '))).toEqual([
    '20 for each client address, 192.0.2.1: 30 of 30 passed; it must be 20.',
    '20 for each client address, 192.0.2.2: 10 of 30 passed; it must be 20.',
    '30 shared by two keys of one application: 40 of 40 passed; it must be 30.',
    '30 shared by two applications of one partner: 40 of 40 passed; it must be 30.',
    'Costs of 4 and 2 at 10: 6 of 6 passed; it must be 3.',
    'One request sent 10 times, then 10 others, at 5: 20 of 20 passed; it must be 14.',
    '12 for one endpoint: 20 of 20 passed; it must be 12.',
    'Soft limit of 10, without a warning: 20 of 20 passed; it must be 10.',
    'A child key’s own limit of 12: 20 of 20 passed; it must be 12.',
    '30 shared by a key and its child: 40 of 40 passed; it must be 18.',
    'Rate limit of a plan, 10: 18 of 20 passed; it must be 10.',
    'Named limit of a plan, 14: 18 of 20 passed; it must be 14.',
    'A key’s own limit instead of its plan’s, 6: 18 of 20 passed; it must be 6.',
  ]);
});

test('more in the log than was counted is a problem of the quota; less is told and is none', async () => {
  const drift = (ownerId: string, counted: number, logged: number) => ({
    ...{ ownerId, period: 'month' as const, periodStartAt: timestampMs.parse(0) },
    ...{ counted, logged },
  });
  const quotaDrift = [drift('app_bypassed', 3, 5), drift('app_lost', 5, 3)];
  const { run } = selfTestWith(new Limiter(), { quotaDrift: () => Promise.resolve(quotaDrift) });
  const result = await run();
  expect(result.quotaDrift).toEqual(quotaDrift);
  expect(result.problems).toEqual([
    'The month’s quota of app_bypassed: the counter says 3, the request log 5.',
  ]);
});
