import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatKey } from '#main/domain/key-format.ts';
import type { KeyId } from '#contract/ids.ts';
import { verifyRequest } from '#contract/verify.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { CallCeiling } from './call-ceiling.ts';
import { FailureBudget } from './failure-budget.ts';
import { KnownKeys } from './known-keys.ts';
import { LoadGauge } from './load-gauge.ts';
import { createWorld } from './verify-world.test-support.ts';

type World = ReturnType<typeof createWorld>;

const GARBAGE = 'not a key at all';
const UNKNOWN = formatKey({
  environment: 'live',
  slug: 'datafeed',
  keyId: 'unknown00000' as KeyId,
  secret43: 'U'.repeat(43),
});

/** With the id of a key that there is and a secret that it never had. */
function forgedKey(keyId: string): string {
  return formatKey({
    environment: 'live',
    slug: 'datafeed',
    keyId: keyId as KeyId,
    secret43: 'F'.repeat(43),
  });
}

/** The outcome's kind, and the code of a decision. */
function tryKey(
  world: World,
  key: string,
  fields: Partial<VerifyRequest> = {},
  service: ServiceRef = world.trade,
): string {
  const request = verifyRequest.parse({ key, method: 'GET', path: '/inventory/42', ...fields });
  const outcome = world.verifier.verify(service, request);
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}

function fail(world: World, times: number, fields: Partial<VerifyRequest>): string[] {
  return Array.from({ length: times }, () => tryKey(world, GARBAGE, fields));
}

const BUDGET = { failuresMax: 5, failuresForgivenPerSecond: 1 };

describe('failed attempts', () => {
  test('beyond the budget of a source are throttled, counted, and leave no row and no look-up', () => {
    const world = createWorld({ settings: BUDGET });
    const from = { clientIp: '203.0.113.9' };
    expect(fail(world, 7, from)).toEqual([
      ...new Array<string>(5).fill('MALFORMED'),
      'throttled',
      'throttled',
    ]);
    expect(world.decisions).toHaveLength(5);
    expect(world.calls).toEqual([]);
    expect(world.verifier.guard.figures()).toMatchObject({ throttled: 2, sources: 1 });
  });

  test('a good key passes from the same address, another tenant does not suffer, and its success clears nothing', () => {
    const world = createWorld({ settings: BUDGET });
    const { secret } = world.addKey();
    const from = { clientIp: '203.0.113.9' };
    fail(world, 5, from);
    for (let round = 0; round < 3; round += 1) {
      expect(tryKey(world, secret, from)).toBe('VALID');
      expect(tryKey(world, UNKNOWN, from)).toBe('throttled');
      expect(tryKey(world, GARBAGE, from)).toBe('throttled');
    }
  });

  test('a key that is refused for its own state is no guess, and is told so', () => {
    const world = createWorld({ settings: BUDGET });
    const { secret } = world.addKey({ revokedAtMs: 1 });
    const from = { clientIp: '203.0.113.9' };
    for (let round = 0; round < 10; round += 1) expect(tryKey(world, secret, from)).toBe('REVOKED');
    expect(tryKey(world, GARBAGE, from)).toBe('MALFORMED');
  });

  test('are forgiven one by one as time goes by, and the wait that is told is long enough', () => {
    const world = createWorld({ settings: BUDGET });
    const from = { clientIp: '203.0.113.9' };
    fail(world, 5, from);
    const request = verifyRequest.parse({ key: GARBAGE, scopes: ['a'], ...from });
    const outcome = world.verifier.verify(world.trade, request);
    if (outcome.kind !== 'throttled') throw new Error(outcome.kind);
    world.clock.advance(outcome.retryAfterMs - 1);
    expect(tryKey(world, GARBAGE, from)).toBe('throttled');
    world.clock.advance(1);
    expect(tryKey(world, GARBAGE, from)).toBe('MALFORMED');
    expect(tryKey(world, GARBAGE, from)).toBe('throttled');
  });

  test('without an address count for the service that asks, with ten times the budget, and touch no address and no other service', () => {
    const world = createWorld({ settings: BUDGET });
    const { secret } = world.addKey();
    expect(fail(world, 51, {}).at(-2)).toBe('MALFORMED');
    expect(fail(world, 1, { clientIp: 'nobody' })).toEqual(['throttled']);
    expect(tryKey(world, UNKNOWN)).toBe('throttled');
    expect(tryKey(world, GARBAGE, {}, world.stock)).toBe('MALFORMED');
    expect(tryKey(world, GARBAGE, { clientIp: '203.0.113.9' })).toBe('MALFORMED');
    expect(tryKey(world, secret)).toBe('VALID');
    // Ten a second are forgiven.
    world.clock.advance(1_000);
    expect(fail(world, 11, {})).toEqual([...new Array<string>(10).fill('MALFORMED'), 'throttled']);
    const off = createWorld({ settings: { ...BUDGET, failuresMax: 0 } });
    expect(fail(off, 60, {}).at(-1)).toBe('MALFORMED');
  });

  test('count by /64 of IPv6 and by IPv4 however it is written', () => {
    const world = createWorld({ settings: BUDGET });
    fail(world, 3, { clientIp: '2001:db8:1:2::1' });
    expect(fail(world, 3, { clientIp: '2001:db8:1:2:ffff::9' }).at(-1)).toBe('throttled');
    expect(tryKey(world, GARBAGE, { clientIp: '2001:db8:1:3::1' })).toBe('MALFORMED');
    fail(world, 5, { clientIp: '203.0.113.9' });
    expect(tryKey(world, GARBAGE, { clientIp: '::ffff:203.0.113.9' })).toBe('throttled');
  });

  test('of exempt networks are not counted, and a budget of 0 counts nothing', () => {
    const exempt = createWorld({ settings: { ...BUDGET, failuresExempt: ['10.0.0.0/8'] } });
    expect(fail(exempt, 20, { clientIp: '10.1.2.3' }).at(-1)).toBe('MALFORMED');
    expect(fail(exempt, 6, { clientIp: '11.1.2.3' }).at(-1)).toBe('throttled');
    const off = createWorld({ settings: { ...BUDGET, failuresMax: 0 } });
    expect(fail(off, 20, { clientIp: '203.0.113.9' }).at(-1)).toBe('MALFORMED');
  });

  test('a request id that was throttled is not remembered as anything', () => {
    const world = createWorld({ settings: BUDGET });
    const from = { clientIp: '203.0.113.9' };
    fail(world, 5, from);
    const again = { ...from, requestId: 'mine' as NonNullable<VerifyRequest['requestId']> };
    expect(tryKey(world, GARBAGE, again)).toBe('throttled');
    world.clock.advance(1_000);
    expect(tryKey(world, GARBAGE, again)).toBe('MALFORMED');
  });

  test('of any number of sources take a bounded memory', () => {
    const budget = new FailureBudget();
    const size = { failuresMax: 1, forgivenPerSecond: 0.01 };
    for (let source = 0; source < 25_000; source += 1) budget.count(`s${String(source)}`, source, size);
    expect(budget.sourceCount).toBe(20_000);
    expect(budget.count('s24999', 25_000, size)).toBeGreaterThan(0);
    expect(budget.count('s0', 25_000, size)).toBeNull();
  });

  test('a source never gets more than budget and forgiveness allow, and never less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(0.5, 1, 4),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60, size: 'max' }),
        (failuresMax, forgivenPerSecond, gaps) => {
          const budget = new FailureBudget();
          let nowMs = 0;
          let level = 0;
          for (const gap of gaps) {
            nowMs += gap;
            level = Math.max(0, level - (gap / 1_000) * forgivenPerSecond);
            const hasRoom = level + 1 <= failuresMax;
            expect(budget.count('s', nowMs, { failuresMax, forgivenPerSecond }) === null).toBe(hasRoom);
            if (hasRoom) level += 1;
          }
        },
      ),
    );
  });
});

describe('ceilings', () => {
  test('of a service and of the whole server turn away what is above them, with nothing looked up or logged', () => {
    const world = createWorld({ settings: { verifyPerSecondMax: 30 } });
    const { secret } = world.addKey();
    const trade = { ...world.trade, verifyPerSecondMax: 10 };
    const outcomes = Array.from({ length: 14 }, () => tryKey(world, secret, {}, trade));
    expect(outcomes).toEqual([
      ...new Array<string>(10).fill('VALID'),
      ...new Array<string>(4).fill('overloaded'),
    ]);
    expect(world.decisions).toHaveLength(10);
    const others = Array.from({ length: 25 }, () => tryKey(world, secret, {}, world.stock));
    expect(others.filter((code) => code === 'overloaded')).toHaveLength(5);
    expect(world.verifier.guard.figures().shed).toEqual({
      'service-ceiling': 4,
      'server-ceiling': 5,
      load: 0,
    });
    world.clock.advance(1_100);
    expect(tryKey(world, secret, {}, trade)).toBe('VALID');
  });

  test('keep their last tenth for keys that were good lately', () => {
    const world = createWorld();
    const { secret } = world.addKey();
    const trade = { ...world.trade, verifyPerSecondMax: 20 };
    expect(tryKey(world, secret, {}, trade)).toBe('VALID');
    const flood = Array.from({ length: 40 }, () => tryKey(world, UNKNOWN, {}, trade));
    expect(flood.filter((code) => code === 'NOT_FOUND')).toHaveLength(17);
    expect(tryKey(world, secret, {}, trade)).toBe('VALID');
    expect(tryKey(world, UNKNOWN, {}, trade)).toBe('overloaded');
    expect(tryKey(world, secret, {}, trade)).toBe('VALID');
    expect(tryKey(world, secret, {}, trade)).toBe('overloaded');
  });

  test('keep nothing for who knows a key id and forges its secret, whole or as a pair', () => {
    const world = createWorld();
    const { keyId, secret } = world.addKey();
    const trade = { ...world.trade, verifyPerSecondMax: 20 };
    expect(tryKey(world, secret, {}, trade)).toBe('VALID');
    const forged = forgedKey(keyId);
    const asPair = { key: undefined, keyId, secret: forged.slice(-49, -6) };
    const flood = Array.from({ length: 40 }, (_, at) => tryKey(world, forged, at % 2 ? asPair : {}, trade));
    expect(flood.filter((code) => code === 'NOT_FOUND')).toHaveLength(17);
    const good = { key: undefined, keyId, secret: secret.slice(-49, -6) };
    expect([tryKey(world, secret, {}, trade), tryKey(world, secret, good, trade)]).toEqual([
      'VALID',
      'VALID',
    ]);
    expect(tryKey(world, secret, {}, trade)).toBe('overloaded');
  });

  test('never admit more than their number in any second, and at least ten elevenths of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 300, size: 'max' }),
        (perSecondMax, gaps) => {
          const ceiling = new CallCeiling();
          const admitted: number[] = [];
          let nowMs = 12_345;
          for (const gap of gaps) {
            nowMs += gap;
            const within = (ms: number) => admitted.filter((at) => at > nowMs - ms).length;
            const isAdmitted = ceiling.admit(nowMs, perSecondMax, true);
            if (within(1_000) >= perSecondMax) expect(isAdmitted).toBe(false);
            if (within(1_100) < perSecondMax) expect(isAdmitted).toBe(true);
            if (isAdmitted) admitted.push(nowMs);
          }
        },
      ),
    );
  });
});

describe('load', () => {
  const lag = (world: World, lagMs: number, times: number): void => {
    for (let time = 0; time < times; time += 1) world.verifier.guard.sampleLag(lagMs);
  };

  test('turns unknown keys away first, known ones only far above, and ends with hysteresis', () => {
    const world = createWorld({ settings: { shedLagMs: 200 } });
    const known = world.addKey();
    const other = world.addKey();
    expect(tryKey(world, known.secret)).toBe('VALID');
    lag(world, 250, 4);
    expect(tryKey(world, known.secret)).toBe('VALID');
    const strangers = [other.secret, GARBAGE, forgedKey(known.keyId)].map((key) => tryKey(world, key));
    expect(strangers).toEqual(['overloaded', 'overloaded', 'overloaded']);
    lag(world, 900, 4);
    expect(tryKey(world, known.secret)).toBe('overloaded');
    lag(world, 350, 10);
    expect(tryKey(world, known.secret)).toBe('VALID');
    expect(tryKey(world, other.secret)).toBe('overloaded');
    lag(world, 150, 50);
    expect(tryKey(world, other.secret)).toBe('overloaded');
    lag(world, 50, 10);
    expect(tryKey(world, other.secret)).toBe('VALID');
    expect(world.verifier.guard.figures()).toMatchObject({ shed: { load: 6 }, load: 'calm' });
  });

  test('an imported key that was good is known like any other, a text that only looks like it is not', () => {
    const shape = {
      prefix: 'acme_',
      lengthMin: 25,
      lengthMax: 29,
      alphabet: 'base62',
      hashKind: 'hmac',
    } as const;
    const world = createWorld({ settings: { shedLagMs: 200 }, keyShapes: [shape] });
    const imported = `acme_${'x'.repeat(22)}`;
    const { keyId } = world.addKey();
    world.db
      .prepare('UPDATE secrets SET hash = ?, is_imported = 1 WHERE key_id = ?')
      .run(world.keyring.hash(imported), keyId);
    expect(tryKey(world, imported)).toBe('VALID');
    lag(world, 250, 4);
    expect(tryKey(world, imported)).toBe('VALID');
    expect(tryKey(world, `acme_${'y'.repeat(22)}`)).toBe('overloaded');
  });

  test('a few long tasks, or a machine that slept, turn nobody away; 0 never does', () => {
    const gauge = new LoadGauge();
    for (let time = 0; time < 3; time += 1) gauge.sample(60_000, 200);
    gauge.sample(1, 200);
    gauge.sample(60_000, 200);
    expect(gauge.level).toBe('calm');
    for (let time = 0; time < 9; time += 1) gauge.sample(60_000, 0);
    expect(gauge.level).toBe('calm');
  });
});

test('both secrets of a key in rotation are known, and no third', () => {
  const known = new KnownKeys();
  for (const tag of [1, 2, 1, 2]) known.note('k', tag, 0);
  expect([1, 2, 3].map((tag) => known.has('k', tag, 1))).toEqual([true, true, false]);
});

test('a key that stays in use stays known, however often it came before', () => {
  const known = new KnownKeys();
  for (let minute = 0; minute <= 60; minute += 1) {
    for (let time = 0; time < 3; time += 1) known.note('k', 7, minute * 60_000);
    expect(known.has('k', 7, (minute + 9) * 60_000)).toBe(true);
  }
});

test('known keys are forgotten after a while and are never more than a bounded number', () => {
  const known = new KnownKeys();
  const id = (number: number) => String(number).padStart(12, '0') as KeyId;
  known.note(id(1), 7, 0);
  expect(known.has(id(1), 7, 600_000)).toBe(true);
  known.note(id(2), 7, 600_000);
  expect([known.has(id(1), 7, 700_000), known.has(id(2), 7, 700_000)]).toEqual([true, true]);
  expect(known.has(id(1), 7, 1_200_000)).toBe(false);
  known.note(id(3), 7, 5_000_000);
  expect([known.has(id(2), 7, 5_000_000), known.has(id(3), 7, 5_000_000)]).toEqual([false, true]);
  const many = new KnownKeys();
  for (let number = 0; number < 150_000; number += 1) many.note(id(number), 7, 1);
  expect([many.has(id(0), 7, 1), many.has(id(149_999), 7, 1)]).toEqual([false, true]);
});
