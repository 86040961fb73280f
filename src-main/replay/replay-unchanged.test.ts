import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { ReplayDraft } from '#contract/replay.ts';
import { METHODS } from '#contract/http-methods.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import type { ReplayPlan } from '#main/requests/replay-plan.ts';
import { Policies } from '#main/verify/policies.ts';
import { PolicyRun } from './policy-run.ts';
import { createReplayWorld, type ReplayWorld, sourcesOf } from './replay-world.test-support.ts';
import { runReplay } from './run-replay.ts';

let house: ReplayWorld;

beforeAll(async () => {
  house = await createReplayWorld();
});
afterAll(() => {
  house.close();
});

const PATHS = [
  '/inventory/1',
  '/inventory/1/cost',
  '/offers',
  '/offers/7',
  '/a%2Fb',
  '/v1//a',
  '/v1/../x',
  '/x\u2028y',
];
const ADDRESSES = ['203.0.113.9', '198.51.100.7', '2001:db8::1', undefined];
const AGENTS = ['curl/8.5', 'acme-sync/2.0 (x)', undefined];

const rule = fc.record({
  effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
  methods: fc.constantFrom(['*'] as ['*'], ['GET'] as ['GET'], ['GET', 'POST'] as ['GET', 'POST']),
  path: fc.constantFrom('/**', '/inventory/**', '/inventory/{id}/cost', '/offers', '/offers/*'),
});
const windowMs = fc.constantFrom(1_000, 5_000, 60_000);
const policy = fc.record(
  {
    rules: fc.array(rule, { maxLength: 4 }),
    rateLimit: fc.option(fc.record({ limit: fc.integer({ min: 1, max: 12 }), windowMs })),
    rateLimits: fc.constantFrom(
      [],
      [{ name: 'burst', limit: 3, windowMs: 1_000, by: 'clientIp' as const, isSoft: false }],
      [{ name: 'soft', limit: 1, windowMs: 5_000, by: 'key' as const, isSoft: true }],
    ),
    quota: fc.option(
      fc.record({
        limit: fc.integer({ min: 1, max: 40 }),
        period: fc.constantFrom('day' as const, 'month' as const),
      }),
    ),
    ipAllow: fc.constantFrom([], ['203.0.113.0/24'], ['2001:db8::/32', '198.51.100.7']),
    originAllow: fc.constantFrom([], [], ['https://shop.example']),
    userAgentAllow: fc.constantFrom([], ['curl']),
    bindingMode: fc.constantFrom('enforce' as const, 'observe' as const),
  },
  { requiredKeys: ['rules'] },
);
const asked = (cost: fc.Arbitrary<number>, afterMs: fc.Arbitrary<number>) =>
  fc.record({
    method: fc.constantFrom(...METHODS.slice(0, 3)),
    path: fc.constantFrom(...PATHS),
    clientIp: fc.constantFrom(...ADDRESSES),
    userAgent: fc.constantFrom(...AGENTS),
    origin: fc.constantFrom('https://shop.example', undefined),
    cost,
    afterMs,
    event: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'suspend', 'resume'),
  });

type Policy = typeof policy extends fc.Arbitrary<infer Value> ? Value : never;
type Asked = ReturnType<typeof asked> extends fc.Arbitrary<infer Value> ? Value : never;

/** Makes a key, asks for everything, suspending and resuming the key in between; what was decided of it. */
async function live(given: Policy, requests: readonly Asked[]) {
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const key = await house.addKey({
    ...(changes as Partial<CallInput<'keys.create'>>),
    name: `Key ${String(Math.random())}`,
  });
  const from = house.decisions.length;
  let isSuspended = false;
  for (const { event, afterMs, ...request } of requests) {
    if (event === 'suspend' && !isSuspended) {
      await house.world.call('keys.suspend', { keyId: key.keyId, reason: 'Looks odd' });
      isSuspended = true;
    }
    if (event === 'resume' && isSuspended) {
      await house.world.call('keys.resume', { keyId: key.keyId });
      isSuspended = false;
    }
    const fields = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
    house.ask({ keyText: key.text, afterMs, ...(fields as Partial<VerifyRequest>) });
  }
  return { keyId: key.keyId, decisions: house.decisions.slice(from) };
}

/** The policy as it is saved, spelled out. */
async function spelledOut(keyId: KeyId): Promise<ReplayDraft> {
  const key = await house.world.call('keys.get', { keyId });
  const { scopeIds, rules, planId, rateLimit, rateLimits, quota, expiresAt } = key;
  const { ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow, bindingMode } = key;
  return {
    ...{ scopeIds, rules, planId, rateLimit, rateLimits, quota, expiresAt },
    ...{ ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow, bindingMode },
  };
}

/** Everything that the log can tell is decided anew, although the draft changes nothing. */
function forced(plan: ReplayPlan): ReplayPlan {
  const touched = {
    expiry: true,
    scope: true,
    bindings: ['ip', 'origin', 'userAgent', 'service', 'time', 'signature'],
  } as const;
  return { ...plan, subjects: plan.subjects.map((subject) => ({ ...subject, touched })) };
}

function byCode(rows: readonly DecisionRow[]): number {
  return new Set(rows.map(({ code }) => code)).size;
}

describe('a policy that is not changed', () => {
  it('repeats every stored decision, whatever the policy, the traffic and the fractions of a millisecond', async () => {
    const fractions = fc.double({ min: 0, max: 700, noNaN: true });
    let codes = 0;
    await fc.assert(
      fc.asyncProperty(
        policy,
        fc.array(asked(fc.integer({ min: 0, max: 3 }), fractions), { minLength: 5, maxLength: 60 }),
        async (given, requests) => {
          const { keyId, decisions } = await live(given, requests);
          codes = Math.max(codes, byCode(decisions));
          house.log();
          for (const draft of [{}, await spelledOut(keyId)]) {
            const plan = await house.plan([keyId], draft);
            for (const one of [plan, forced(plan)]) {
              const { counts } = await runReplay(sourcesOf(house.store), one);
              expect(counts).toMatchObject({ replayed: decisions.length, same: decisions.length });
            }
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(codes).toBeGreaterThanOrEqual(4);
  }, 60_000);

  it('is decided again to the last code by the code that verifies, limits included, where the log knows every fraction and cost', async () => {
    const everything = {
      expiry: true,
      scope: true,
      bindings: ['ip', 'userAgent', 'service', 'time'],
    } as const;
    await fc.assert(
      fc.asyncProperty(
        policy,
        fc.array(asked(fc.constant(1), fc.integer({ min: 0, max: 700 })), { minLength: 5, maxLength: 60 }),
        async (given, requests) => {
          const { keyId, decisions } = await live(given, requests);
          const [subject] = (await house.plan([keyId], {})).subjects;
          if (subject === undefined) throw new Error('planned');
          const run = new PolicyRun(new Policies());
          for (const row of decisions) {
            if (row.code === 'SUSPENDED') continue;
            const { atMs, serviceId, method, path, clientIp, userAgent, code, rule: decidedBy, cost } = row;
            const logged = {
              id: 0,
              keyId,
              atMs,
              serviceId,
              method,
              path,
              clientIp,
              userAgent,
              code,
              rule: decidedBy,
              cost,
              isByToken: false,
            };
            expect(run.decide(subject.saved, everything, logged).code).toBe(code);
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});
