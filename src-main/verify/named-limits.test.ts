import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld } from './verify-world.test-support.ts';

const SECOND = 1_000;
type World = ReturnType<typeof createWorld>;

/** A second application of the same partner, and one of another partner. */
function addApplications({ db }: World): void {
  db.exec(`
    INSERT INTO partners (id, name, tier, contact_name, contact_email, note, created_at_ms, updated_at_ms) VALUES ('par_BBBBBBBBBBBBBBBB', 'Globex', 'external', NULL, 'p@globex.example', '', 1, 1);
    INSERT INTO applications VALUES
      ('app_BBBBBBBBBBBBBBBB', 'par_AAAAAAAAAAAAAAAA', 'Reports', 'reports', 'r@acme.example', '', NULL, 1, 1),
      ('app_CCCCCCCCCCCCCCCC', 'par_BBBBBBBBBBBBBBBB', 'Probe', 'probe', 'r@globex.example', '', NULL, 1, 1);`);
}

function moveKey({ db }: World, keyId: string, applicationId: string): void {
  db.prepare('UPDATE keys SET application_id = ? WHERE id = ?').run(applicationId, keyId);
}

describe('several rate limits at once', () => {
  const limits = [
    { name: 'burst', limit: 2, windowMs: SECOND },
    { name: 'steady', limit: 3, windowMs: 60 * SECOND },
  ];

  test('must all fit; the refusal names the one that refused, and the answer tells them all', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimit: { limit: 5, windowMs: 10 * SECOND },
      rateLimits: limits,
    });
    expect(world.allowed({ key })).toMatchObject({
      rateLimit: { limit: 2, remaining: 1, resetMs: 1_000, windowMs: 1_000 },
      rateLimits: [
        { name: 'default', limit: 5, remaining: 4 },
        { name: 'burst', limit: 2, remaining: 1 },
        { name: 'steady', limit: 3, remaining: 2 },
      ],
    });
    world.allowed({ key });
    const refused = world.refused({ key });
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1_000, rateLimit: { remaining: 0 } });
    expect(refused.message).toBe(
      'The rate limit burst of this API key is 2 requests in 1 s. Try again in 1 s.',
    );
    expect(refused.rateLimits.map(({ name, remaining }) => [name, remaining])).toEqual([
      ['default', 3],
      ['burst', 0],
      ['steady', 1],
    ]);
    world.clock.advance(SECOND);
    world.allowed({ key });
    world.clock.advance(SECOND);
    expect(world.refused({ key }).message).toContain('The rate limit steady of this API key');
  });

  test('of several that refuse the one is told that takes longest: whoever waits for it is not refused again', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimits: [
        { name: 'short', limit: 1, windowMs: SECOND },
        { name: 'long', limit: 1, windowMs: 5 * SECOND },
      ],
    });
    world.allowed({ key });
    const { message, retryAfterMs } = world.refused({ key });
    expect(message).toContain('long');
    world.clock.advance((retryAfterMs ?? 0) - 1);
    world.refused({ key });
    world.clock.advance(1);
    world.allowed({ key });
  });

  test("the plan's hold beside the key's own; of the same name the key's own holds", () => {
    const world = createWorld();
    world.db
      .prepare("UPDATE plans SET rate_limit = NULL, quota = NULL, rate_limits = ? WHERE name = 'Basic'")
      .run(JSON.stringify(limits));
    const { secret: key } = world.addKey({
      planId: 'pln_AAAAAAAAAAAAAAAA',
      rateLimits: [{ name: 'burst', limit: 7, windowMs: SECOND }],
    });
    expect(world.allowed({ key }).rateLimits).toMatchObject([
      { name: 'steady', limit: 3 },
      { name: 'burst', limit: 7 },
    ]);
  });

  test('a dry run, a repeated requestId and a refusal for another reason take from none of them', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimits: limits, quota: { limit: 2, period: 'day' } });
    for (let call = 0; call < 5; call += 1) {
      world.allowed({ key, dryRun: true });
      world.refused({ key, path: '/other' });
      world.allowed({ key, requestId: 'same-again' as never });
    }
    expect(world.allowed({ key, dryRun: true }).rateLimits).toMatchObject([
      { remaining: 1 },
      { remaining: 2 },
    ]);
    world.allowed({ key });
    world.clock.advance(SECOND);
    expect(world.refused({ key })).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      rateLimits: [{ remaining: 2 }, { remaining: 1 }],
    });
  });
});

describe('one call', () => {
  const tokens = { name: 'tokens', limit: 100, windowMs: 60 * SECOND };

  test('may have another cost for each limit; 0 is free', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimit: { limit: 5, windowMs: SECOND }, rateLimits: [tokens] });
    const spent = world.allowed({
      key,
      rateLimits: [
        { name: 'tokens', cost: 40, limit: undefined, windowMs: undefined },
        { name: 'default', cost: 0, limit: undefined, windowMs: undefined },
      ],
    });
    expect(spent.rateLimits).toMatchObject([
      { name: 'default', remaining: 5 },
      { name: 'tokens', remaining: 60 },
    ]);
    expect(world.decisions.at(-1)?.windows).toEqual([
      { windowId: expect.stringContaining('tokens'), windowMs: 60_000, cost: 40 },
    ]);
  });

  test('may set another limit on the same counter, and bring a limit of its own', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ rateLimits: [tokens] });
    const own = { name: 'user-7', limit: 1, windowMs: SECOND, cost: undefined };
    const lower = { name: 'tokens', limit: 2, cost: undefined, windowMs: undefined };
    world.allowed({ key, rateLimits: [lower, own] });
    expect(world.refused({ key, rateLimits: [lower, own] }).message).toContain('user-7 of this API key');
    world.allowed({ key, rateLimits: [lower] });
    expect(world.refused({ key, rateLimits: [lower] }).message).toContain(
      'tokens of this API key is 2 requests',
    );
    expect(world.allowed({ key }).rateLimits).toMatchObject([{ name: 'tokens', remaining: 97 }]);
  });

  test('that says too little about a limit that the key does not have is warned, not limited', () => {
    const world = createWorld();
    const { secret: key } = world.addKey();
    const half = { name: 'nothing', limit: 1, cost: undefined, windowMs: undefined };
    world.allowed({ key, rateLimits: [half] });
    expect(world.allowed({ key, rateLimits: [half] }).warnings).toMatchObject([
      { code: 'RATE_LIMIT_NOT_APPLIED', message: expect.stringContaining('nothing') },
    ]);
  });
});

describe('shared limits', () => {
  test('of an application and a partner count their keys together, each key against its own number', () => {
    const world = createWorld();
    addApplications(world);
    const limit = (by: string, max: number) => [{ name: 'all', limit: max, windowMs: SECOND, by }];
    for (const [by, far] of [
      ['application', 'app_BBBBBBBBBBBBBBBB'],
      ['partner', 'app_CCCCCCCCCCCCCCCC'],
    ] as const) {
      const one = world.addKey({ rateLimits: limit(by, 4) });
      const two = world.addKey({ rateLimits: limit(by, 2) });
      const three = world.addKey({ rateLimits: limit(by, 1) });
      moveKey(world, three.keyId, far);
      world.allowed({ key: one.secret });
      world.allowed({ key: two.secret });
      const refused = world.refused({ key: two.secret });
      expect(refused.message).toContain(`The rate limit all of this ${by}, all its keys together, is 2`);
      world.allowed({ key: three.secret });
      expect(world.allowed({ key: one.secret }).rateLimit).toMatchObject({ limit: 4, remaining: 1 });
      world.clock.advance(SECOND);
    }
  });

  test('by client address: each address alone, IPv6 by its /64, unknown ones together', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimits: [{ name: 'each', limit: 1, windowMs: SECOND, by: 'clientIp' }],
    });
    const passes = (clientIp?: string) =>
      world.ask({ key, ...(clientIp === undefined ? {} : { clientIp }) }).valid;
    expect([passes('203.0.113.9'), passes('203.0.113.9'), passes('::ffff:203.0.113.9')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(passes('203.0.113.10')).toBe(true);
    expect([passes('2001:db8:1:2::1'), passes('2001:db8:1:2:ffff::9'), passes('2001:db8:1:3::1')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([passes(), passes('not an address'), passes('')]).toEqual([true, false, false]);
    expect(world.refused({ key, clientIp: '203.0.113.10' }).message).toContain(
      'The rate limit each of each client address of this API key',
    );
  });

  test('a quota of an application is used up by all its keys together', () => {
    const world = createWorld();
    addApplications(world);
    const quota = { limit: 2, period: 'month', by: 'application' };
    const [one, two, far] = [world.addKey({ quota }), world.addKey({ quota }), world.addKey({ quota })];
    moveKey(world, far.keyId, 'app_BBBBBBBBBBBBBBBB');
    world.allowed({ key: one.secret });
    world.allowed({ key: two.secret });
    expect(world.refused({ key: one.secret }).message).toContain(
      'The quota of this application, all its keys together, is 2 requests a month.',
    );
    world.allowed({ key: far.secret });
    expect(world.decisions[1]?.quota).toMatchObject({ ownerId: 'app_AAAAAAAAAAAAAAAA', used: 2, limit: 2 });
  });
});

describe('soft limits', () => {
  test('count, warn and never refuse', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({
      rateLimits: [{ name: 'polite', limit: 1, windowMs: SECOND, isSoft: true }],
      quota: { limit: 2, period: 'day', isSoft: true },
    });
    expect(world.allowed({ key }).warnings).toMatchObject([{ code: 'QUOTA_50' }]);
    expect(world.allowed({ key }).warnings).toMatchObject([
      { code: 'SOFT_RATE_LIMIT_EXCEEDED', message: expect.stringContaining('polite') },
      { code: 'QUOTA_100' },
    ]);
    const third = world.allowed({ key });
    expect(third.warnings.map(({ code }) => code)).toEqual([
      'SOFT_RATE_LIMIT_EXCEEDED',
      'SOFT_QUOTA_EXCEEDED',
    ]);
    expect(third).toMatchObject({ rateLimit: { remaining: 0 }, quota: { remaining: 0 } });
    expect(world.decisions.map(({ quota }) => quota?.used)).toEqual([1, 2, 3]);
    world.clock.advance(SECOND);
    expect(world.allowed({ key }).warnings.map(({ code }) => code)).toEqual(['SOFT_QUOTA_EXCEEDED']);
  });

  test('a share of a quota is told by the one answer that reaches it', () => {
    const world = createWorld();
    const { secret: key } = world.addKey({ quota: { limit: 20, period: 'month' } });
    const told = Array.from({ length: 20 }, () => world.allowed({ key }).warnings.map(({ code }) => code));
    expect(told.flatMap((codes, index) => codes.map((code) => [index + 1, code]))).toEqual([
      [10, 'QUOTA_50'],
      [16, 'QUOTA_80'],
      [19, 'QUOTA_95'],
      [20, 'QUOTA_100'],
    ]);
    expect(world.decisions.map(({ quota }) => quota?.notice).filter((notice) => notice !== null)).toEqual([
      50, 80, 95, 100,
    ]);
    expect(world.refused({ key }).warnings).toEqual([]);
  });
});

test('two-sided, against adding everything up: several limits of several owners, costs and addresses, 200 histories', () => {
  const windows = fc.constantFrom(SECOND, 2 * SECOND, 3 * SECOND);
  const named = (name: string, by: string) =>
    fc.record({
      name: fc.constant(name),
      by: fc.constant(by),
      limit: fc.integer({ min: 1, max: 6 }),
      windowMs: windows,
    });
  const keyLimits = fc
    .subarray([0, 1, 2, 3])
    .chain((picked) =>
      fc.tuple(
        ...picked.map((index) =>
          named(
            ['a', 'b', 'c', 'd'][index] ?? 'a',
            ['key', 'application', 'partner', 'clientIp'][index] ?? 'key',
          ),
        ),
      ),
    );
  const calls = fc.array(
    fc.record({
      key: fc.integer({ min: 0, max: 2 }),
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_200 })),
      cost: fc.integer({ min: 0, max: 3 }),
      clientIp: fc.constantFrom('203.0.113.1', '203.0.113.2', '2001:db8::1', '2001:db8::2', undefined),
    }),
    { maxLength: 60 },
  );
  const single = fc.option(fc.record({ limit: fc.integer({ min: 1, max: 6 }), windowMs: windows }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(single, keyLimits), { minLength: 3, maxLength: 3 }),
      calls,
      (limits, list) => {
        const world = createWorld();
        addApplications(world);
        const applications = ['app_AAAAAAAAAAAAAAAA', 'app_AAAAAAAAAAAAAAAA', 'app_BBBBBBBBBBBBBBBB'];
        const keys = limits.map(([rateLimit, rateLimits], index) => {
          const made = world.addKey({ rateLimit, rateLimits });
          moveKey(world, made.keyId, applications[index] ?? '');
          const all = [
            ...(rateLimit === null ? [] : [{ ...rateLimit, name: 'default', by: 'key' }]),
            ...rateLimits,
          ];
          return { ...made, all, application: applications[index] };
        });
        const admitted: { counter: string; atMs: number; cost: number }[] = [];
        for (const { key: which, waitMs, cost, clientIp } of list) {
          world.clock.advance(waitMs);
          const key = keys[which];
          if (key === undefined) throw new Error('no key');
          const nowMs = world.clock.runMs;
          const address = clientIp?.startsWith('2001') === true ? 'the /64' : clientIp;
          const owners: Record<string, string> = {
            key: key.keyId,
            application: key.application ?? '',
            partner: 'Acme',
            clientIp: `${key.keyId} ${String(address)}`,
          };
          const met = key.all.map(({ name, by, limit, windowMs }) => {
            const counter = `${owners[by] ?? ''} ${name} ${String(windowMs)}`;
            const used = admitted
              .filter((one) => one.counter === counter && one.atMs > nowMs - windowMs)
              .reduce((sum, one) => sum + one.cost, 0);
            return { counter, name, room: Math.max(0, limit - used) };
          });
          const fits = met.every(({ room }) => cost === 0 || cost <= room);
          const answer = world.ask({
            key: key.secret,
            cost,
            ...(clientIp === undefined ? {} : { clientIp }),
          });
          expect(answer.valid).toBe(fits);
          if (fits) for (const { counter } of met) admitted.push({ counter, atMs: nowMs, cost });
          const lefts = met.map(({ room }) => (fits ? room - cost : room));
          expect(answer.rateLimit?.remaining ?? null).toBe(
            met.length === 0 ? null : Math.max(0, Math.min(...lefts)),
          );
        }
      },
    ),
    { numRuns: 200 },
  );
});
