import { afterEach, expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
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

/** Everything that is stored of keys, owners and secrets. */
const rowsOf = ({ db }: TestWorld) =>
  ['partners', 'applications', 'keys', 'secrets', 'services', 'key_scopes'].map((table) =>
    db.handle.prepare(`SELECT * FROM ${table}`).all(),
  );

test('a right engine passes: every limit admits what adding up allows, the issuer keeps its 256 bits, and the result is kept', async () => {
  const limiter = new Limiter();
  const { run, last } = selfTestWith(limiter);
  expect(await last()).toEqual({ result: null });
  const result = await run();
  expect(result.problems).toEqual([]);
  expect(result.isRight).toBe(true);
  expect(result.limits).toHaveLength(9);
  for (const { expected, admitted } of result.limits) expect(admitted).toBe(expected);
  expect(result.limits.map(({ admitted, asked }) => `${String(admitted)}/${String(asked)}`)).toEqual(
    expect.arrayContaining(['60/60', '30/40', '3/6', '14/20', '50/80']),
  );
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
    'Quota of 50 a day, today: 80 of 80 passed; it must be 50.',
    'Quota of 50 a day, from midnight on: 80 of 80 passed; it must be 50.',
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
