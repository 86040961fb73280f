import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import { createSimulate } from './simulate.ts';
import { createWorld, PLAN, scopeIdOf, serviceIdOf, START } from './verify-world.test-support.ts';
import type { KeyColumns, SecretColumns } from './verify-world.test-support.ts';

/** Is absent half of the time: most keys have few of these. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const allDays = [1, 2, 3, 4, 5, 6, 7];
const keyColumns: fc.Arbitrary<KeyColumns> = fc.record(
  {
    planId: fc.constantFrom(null, PLAN),
    rateLimit: maybe(fc.record({ limit: fc.integer({ min: 1, max: 3 }), windowMs: fc.constant(60_000) })),
    rateLimits: fc.constantFrom<readonly unknown[]>(
      [],
      [],
      [{ name: 'burst', limit: 2, windowMs: 1_000, by: 'key', isSoft: false }],
      [
        {
          name: 'single',
          limit: 1,
          windowMs: 60_000,
          by: 'key',
          isSoft: false,
          only: { methods: ['GET'], path: '/inventory/{id}' },
        },
      ],
      [
        { name: 'each', limit: 1, windowMs: 60_000, by: 'clientIp', isSoft: false },
        { name: 'soft', limit: 1, windowMs: 60_000, by: 'key', isSoft: true },
      ],
    ),
    quota: maybe(
      fc.record({
        limit: fc.integer({ min: 1, max: 3 }),
        period: fc.constantFrom('day', 'month'),
        timeZone: fc.constantFrom('UTC', 'America/New_York'),
        resetDay: fc.constant(1),
        isSoft: fc.boolean(),
        by: fc.constantFrom('key', 'application'),
      }),
    ),
    expiresAtMs: fc.constantFrom(null, null, START - 1, START, START + 1, START + 86_400_000),
    expiryGraceMs: fc.constantFrom(null, null, 1, 2, 3_600_000),
    ipAllow: fc.constantFrom([], [], ['10.0.0.0/8'], ['2001:db8::/32', '10.1.2.3']),
    originAllow: fc.constantFrom([], [], [], ['https://shop.example']),
    userAgentAllow: fc.constantFrom([], [], [], ['curl', 'Acme']),
    serviceAllow: fc.constantFrom([], [], [], [serviceIdOf('trade')], [serviceIdOf('stock')]),
    timeAllow: fc.constantFrom(
      [],
      [],
      [],
      [{ days: allDays, from: '09:00', to: '10:00', timeZone: 'UTC' }],
      [{ days: allDays, from: '09:00', to: '10:00', timeZone: 'Asia/Tokyo' }],
    ),
    bindingMode: fc.constantFrom('enforce', 'observe'),
    suspendedAtMs: fc.constantFrom(null, null, null, 1),
    suspendMessage: fc.constantFrom(null, 'Call us.'),
    revokedAtMs: fc.constantFrom(null, null, null, 1),
    scopeIds: fc.subarray(['inventory:read', 'inventory:guard', 'stock:read'].map(scopeIdOf)),
    rules: fc.constantFrom(
      [],
      [{ effect: 'allow', methods: ['*'], path: '/**' }] as const,
      [{ effect: 'deny', methods: ['GET'], path: '/inventory/7' }] as const,
    ),
  },
  { requiredKeys: [] },
);

/** What a child has beside the columns of every key. */
const childColumns: fc.Arbitrary<KeyColumns> = fc.record(
  {
    childRateLimit: fc.constantFrom(undefined, { limit: 1, windowMs: 60_000 }),
    tags: fc.constantFrom([], ['version=318']),
    denialIds: fc.subarray(['inventory:guard', 'stock:read'].map(scopeIdOf)),
  },
  { requiredKeys: ['tags'] },
);

const BROWNOUTS = { brownoutEveryMs: 3_600_000, brownoutLengthMs: 60_000 };
/** An old secret: ended, about to end, in a brownout or before one. */
const oldSecret: fc.Arbitrary<SecretColumns> = fc.constantFrom(
  { endsAtMs: START - 1 },
  { endsAtMs: START },
  { endsAtMs: START + 1 },
  { endsAtMs: START + 86_400_000 },
  { endsAtMs: START + 86_400_000, brownoutFromMs: START - 30_000, ...BROWNOUTS },
  { endsAtMs: START + 86_400_000, brownoutFromMs: START + 1_000, ...BROWNOUTS },
);
/** The secret that is presented: `current` of a key never rotated or of a rotated one, the `old` one, or one whose rotation was
 *  `undone`. */
const presented = fc.constantFrom('only', 'only', 'current', 'old', 'old', 'undone');

/** A key, or a child of one, with the secrets of a rotation. */
const party = fc.record({
  columns: keyColumns,
  child: fc.option(childColumns, { freq: 2 }),
  oldSecret,
  presented,
});

const request = fc.record(
  {
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST'),
    path: fc.constantFrom(
      '/inventory/42',
      '/inventory/42',
      '/inventory/42',
      '/inventory/7',
      '/inventory/7/cost',
      '/stock',
      '/a%2fb',
    ),
    clientIp: fc.constantFrom('10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '11.0.0.1', '10.1.2.3:80'),
    origin: fc.constantFrom('https://shop.example', 'https://evil.example'),
    userAgent: fc.constantFrom('curl/8', 'Mozilla/5.0 (curl) acme/1', 'wget/1'),
  },
  { requiredKeys: ['method', 'path'] },
);

type Party = typeof party extends fc.Arbitrary<infer T> ? T : never;

/** The key as it is stored, the text that is presented, and the version that a simulation must name for it. */
function settle(
  world: ReturnType<typeof createWorld>,
  { columns, child, oldSecret: old, presented: which }: Party,
) {
  const parent = child === null ? null : world.addKey(columns);
  const { keyId, secret } = world.addKey(
    parent === null ? columns : { ...columns, ...child, parentId: parent.keyId },
  );
  if (which === 'only') return { keyId, key: secret, secretVersion: undefined, parent };
  const second = world.addSecret(keyId, 2, which === 'undone' ? { endsAtMs: START - 1 } : {});
  if (which === 'undone') return { keyId, key: second, secretVersion: 2, parent };
  world.endSecret(keyId, 1, old);
  return which === 'current'
    ? { keyId, key: second, secretVersion: undefined, parent }
    : { keyId, key: secret, secretVersion: 1, parent };
}

test('a simulation tells what the next verification will answer, step by step, also of old secrets and of children, and however often it is asked changes nothing', () => {
  const world = createWorld({ settings: { failuresMax: 0 } });
  const simulate = createSimulate({
    lookup: world.queries,
    limiter: world.limiter,
    clock: world.clock,
    signed: world.verifier.signed,
    sources: world.sources,
  });
  const { input } = contract['keys.simulate'];
  const seen = new Set<string>();
  const note = (code: string, presentedSecret: string, isChild: boolean) => {
    seen.add(code).add(`${presentedSecret} ${code}`);
    if (isChild) seen.add(`child ${code}`);
  };
  fc.assert(
    fc.property(party, fc.array(request, { minLength: 1, maxLength: 5, size: 'max' }), (one, requests) => {
      const { keyId, key, parent, secretVersion } = settle(world, one);
      for (const asked of requests) {
        // What a child spends is its parent's: that must be foretold, too.
        if (parent !== null) world.ask({ ...asked, key: parent.secret });
        const ask = () =>
          simulate(input.parse({ ...asked, keyId, secretVersion, serviceId: world.trade.id }));
        const rows = world.decisions.length;
        ask();
        const foretold = ask();
        expect(world.decisions).toHaveLength(rows);
        const dry = world.ask({ ...asked, key, dryRun: true });
        const real = world.ask({ ...asked, key, explain: true });
        note(real.code, one.presented, parent !== null);
        expect(dry.code).toBe(real.code);
        expect({ code: foretold.code, status: foretold.status, missing: foretold.missing }).toEqual({
          code: real.code,
          status: real.status,
          missing: real.valid ? [] : real.missing,
        });
        const { rateLimit, rateLimits, warnings } = dry;
        expect(foretold).toMatchObject({ rateLimit, rateLimits, warnings });
        if (dry.valid) expect(foretold.quota).toEqual(dry.quota);
        const { message, detail, retryAfterMs } = foretold;
        const why = real.valid ? { message: null, detail: null, retryAfterMs: null } : real;
        expect(why).toMatchObject({ message, detail, retryAfterMs });
        const told = (trace: typeof foretold.trace | undefined) =>
          trace?.slice(1).map(({ step, outcome, detail }) => `${step} ${outcome} ${detail}`);
        expect(told(foretold.trace)).toEqual(told(real.trace));
      }
    }),
    { numRuns: 350, seed: 2 },
  );
  // The cases are worth something only when every kind of answer came up.
  expect([...seen].sort()).toEqual(
    expect.arrayContaining([...EVERY_CODE, ...OF_OLD_SECRETS, ...OF_CHILDREN]),
  );
});

const EVERY_CODE = [
  'EXPIRED',
  'INSUFFICIENT_SCOPE',
  'IP_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'QUOTA_EXCEEDED',
  'RATE_LIMITED',
  'REVOKED',
  'SERVICE_NOT_ALLOWED',
  'SUSPENDED',
  'TIME_NOT_ALLOWED',
  'USER_AGENT_NOT_ALLOWED',
  'VALID',
];
const OF_OLD_SECRETS = ['old VALID', 'old REVOKED', 'undone REVOKED', 'current VALID'];
const OF_CHILDREN = ['child VALID', 'child RATE_LIMITED', 'child QUOTA_EXCEEDED', 'child INSUFFICIENT_SCOPE'];
