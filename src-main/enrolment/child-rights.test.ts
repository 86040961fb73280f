import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { enrollRequest } from '#contract/enrolment.ts';
import type { KeyId } from '#contract/ids.ts';
import { must } from '#main/platform/must.ts';
import type { Rule } from '#contract/scopes.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { verifyRequest, type VerifyResponse } from '#contract/verify.ts';
import { randomBytes } from '#main/platform/random.ts';
import { makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { BlockedSources } from '#main/verify/blocked-sources.ts';
import { Limiter } from '#main/verify/limiter.ts';
import { createVerifier, type Verifier } from '#main/verify/verify-key.ts';
import { enrollChild } from './enroll-child.ts';
import { findEnrolmentToken } from './find-enrolment-token.ts';

const HOUR_MS = 3_600_000;
/** The public key of RFC 9421, B.1.4. */
const SIGNER = 'JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=';
/** Each is some twenty commands. More by hand after a change: CHILD_RIGHTS_RUNS=1000. */
const RUNS = Number(process.env['CHILD_RIGHTS_RUNS'] ?? 30);
let world: TestWorld;
let subjects: TestSubjects;
let verifier: Verifier;
let service: ServiceRef;
let monotonicMs: number;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  monotonicMs = 0;
  verifier = createVerifier({
    lookup: world.db.verify,
    keyring: world.keyring,
    limiter: new Limiter(),
    clock: { nowMs: world.nowMs, monotonicMs: () => monotonicMs },
    randomBytes,
    decisions: { record: () => undefined, whenRecorded: (send) => void send() },
    lastUsed: { touch: () => undefined, touchService: () => undefined },
    sources: new BlockedSources(),
    keyShapes: () => [],
    rehash: () => undefined,
    settings: () => DEFAULT_SETTINGS,
    serviceUrl: () => 'http://127.0.0.1:7420',
  });
  const { id, name, slug } = subjects.service;
  service = { id, name, slug, verifyPerSecondMax: null, keepLiveSeconds: 0, keepTestSeconds: 0 };
});
afterEach(() => world.close());

interface Family {
  readonly keyId: KeyId;
  readonly parent: string;
  readonly children: readonly string[];
  readonly childIds: readonly KeyId[];
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[] | undefined;
  readonly scopeQuery: string | undefined;
  readonly clientIp: string | undefined;
  readonly userAgent: string | undefined;
}

function ask(key: string, asked: Asked, dryRun: boolean): VerifyResponse {
  const outcome = verifier.verify(service, verifyRequest.parse({ ...asked, key, dryRun }));
  if (outcome.kind !== 'decision') throw new Error(JSON.stringify(outcome));
  return outcome.decision;
}

const method = fc.constantFrom('GET', 'GET', 'POST');
const segment = fc.constantFrom('a', 'b', 'c');
const pattern = fc.constantFrom('/**', '/**', '/a/**', '/b/**', '/a/*', '/a/{id}/c', '/a/b', '/b/c');
const rule: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom('allow', 'allow', 'allow', 'deny'),
  methods: fc.oneof(fc.constant(['*'] as const), fc.tuple(method as fc.Arbitrary<'GET'>)),
  path: pattern,
});
const narrow = fc.record({
  effect: fc.constantFrom<'allow' | 'deny'>('allow', 'deny', 'deny'),
  methods: fc.constant(['*'] as const),
  path: fc.constantFrom('/a/**', '/b/**', '/c/**'),
});
/** Scopes allow much and deny some: what one denies must hold for a child that has only another. */
const rules = fc
  .array(narrow, { maxLength: 2 })
  .map((some): readonly Rule[] => [{ effect: 'allow', methods: ['*'], path: '/**' }, ...some]);
const limits = fc.option(
  fc.record({ limit: fc.integer({ min: 1, max: 4 }), windowMs: fc.constant(HOUR_MS) }),
);
const policy = fc.record({
  rules: fc.array(rule, { maxLength: 2 }),
  rateLimit: limits,
  rateLimits: fc.constantFrom(
    [],
    [],
    [],
    [{ name: 'child', limit: 2, windowMs: HOUR_MS, by: 'key', isSoft: false }] as const,
    [{ name: 'address', limit: 2, windowMs: HOUR_MS, by: 'clientIp', isSoft: false }] as const,
  ),
  quota: fc.option(
    fc.record({ limit: fc.integer({ min: 1, max: 9 }), period: fc.constant('day' as const) }),
    {
      freq: 1,
    },
  ),
  ipAllow: fc.constantFrom([], [], [], ['10.0.0.0/8']),
  userAgentAllow: fc.constantFrom([], [], [], ['curl']),
  serviceAllow: fc.boolean(),
  signedBy: fc.constantFrom(null, null, null, { publicKeys: [SIGNER], coversBody: false }),
  bindingMode: fc.constantFrom('enforce' as const, 'observe' as const),
});
const asked: fc.Arbitrary<Asked> = fc.record({
  method,
  path: fc.array(segment, { minLength: 2, maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
  scopes: fc.option(fc.constant(['s0']), { nil: undefined, freq: 1 }),
  scopeQuery: fc.option(fc.constantFrom('s0 OR s1', 'NOT s2', 's0 AND NOT s1'), { nil: undefined, freq: 1 }),
  clientIp: fc.constantFrom(undefined, '10.0.0.1', '10.0.0.2', '192.0.2.1'),
  userAgent: fc.constantFrom(undefined, 'curl/8.0', 'python/3'),
});
const change = fc.oneof(
  fc.record({ kind: fc.constant('policy' as const), policy }),
  fc.record({ kind: fc.constant('scopes' as const), held: fc.subarray([0, 1, 2], { minLength: 1 }) }),
  fc.record({ kind: fc.constant('rules' as const), scope: fc.constantFrom(0, 1, 2), rules }),
  fc.record({
    kind: fc.constantFrom<'suspend' | 'resume' | 'revoke' | 'restore'>(
      'suspend',
      'resume',
      'resume',
      'revoke',
      'restore',
      'restore',
    ),
  }),
  fc.record({ kind: fc.constant('expiry' as const), inMs: fc.constantFrom(1_000, HOUR_MS, 100 * HOUR_MS) }),
  fc.record({ kind: fc.constant('widenChild' as const), rules }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(2_000, 2 * HOUR_MS) }),
);
const plan = fc.record({
  scopeRules: fc.tuple(rules, rules, rules),
  held: fc.subarray([0, 1, 2], { minLength: 1 }),
  policy,
  token: fc.record({
    held: fc.subarray([0, 1, 2], { minLength: 1 }),
    hasOwnRules: fc.boolean(),
    rateLimit: limits,
  }),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: asked.map((request) => ({ kind: 'ask' as const, request })) },
      { weight: 1, arbitrary: change },
    ),
    {
      minLength: 10,
      maxLength: 24,
    },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

let run = 0;
async function familyOf({ scopeRules, held, policy: own, token }: Plan) {
  run += 1;
  const scopeIds = await Promise.all(
    scopeRules.map(async (each, index) => {
      const known = (await world.call('scopes.list', {})).items.find(
        ({ name }) => name === `s${String(index)}`,
      );
      if (known !== undefined) {
        return (await world.call('scopes.update', { scopeId: known.id, rules: each })).id;
      }
      return (
        await world.call('scopes.create', { serviceId: service.id, name: `s${String(index)}`, rules: each })
      ).id;
    }),
  );
  const ids = (numbers: readonly number[]) => numbers.map((number) => must(scopeIds[number], 'one of three'));
  const { key, secret } = await world.call('keys.create', {
    applicationId: subjects.application.id,
    name: `Parent ${String(run)}`,
    environment: 'live',
    scopeIds: ids(held),
    ...policyOf(own),
    expiresAt: world.nowMs() + 50 * HOUR_MS,
  });
  const made = await world.call('enrolment.createToken', {
    keyId: key.keyId,
    name: 'Builds',
    scopeIds: ids(token.held.filter((number) => held.includes(number))),
    hasOwnRules: token.hasOwnRules,
    rateLimit: token.rateLimit,
    childLifeMsMax: 20 * HOUR_MS,
    expiresAt: world.nowMs() + 50 * HOUR_MS,
  });
  const context = world.systemContext();
  const stored = must(findEnrolmentToken(context, must(made.token, 'shown once')), 'just made');
  const children = ['1.0', '1.1'].map((version) => {
    const outcome = enrollChild(context, stored, enrollRequest.parse({ version }));
    if (outcome.kind !== 'made') throw new Error(outcome.detail);
    return outcome.answer;
  });
  const family: Family = {
    keyId: key.keyId,
    parent: must(secret, 'shown once'),
    children: children.map((child) => child.secret),
    childIds: children.map((child) => child.key.keyId),
  };
  return { family, ids };
}

function policyOf({ serviceAllow, ...own }: Plan['policy']) {
  return { ...own, serviceAllow: serviceAllow ? [service.id] : [] };
}

/** Whether it is refused does not matter: what is refused changes nothing. */
async function attempt(name: Parameters<TestWorld['refusal']>[0], input: unknown): Promise<void> {
  const actor = { kind: 'token', id: 'tok_test', name: 'Test' } as const;
  await world.dispatch(name, input, { actor, role: 'owner', requestId: 'req_test' });
}

async function apply(
  step: Exclude<Plan['steps'][number], { kind: 'ask' }>,
  made: Awaited<ReturnType<typeof familyOf>>,
) {
  const { keyId, childIds } = made.family;
  switch (step.kind) {
    case 'policy':
      return attempt('keys.update', { keyId, ...policyOf(step.policy) });
    case 'scopes':
      return attempt('keys.update', { keyId, scopeIds: made.ids(step.held) });
    case 'rules':
      return attempt('scopes.update', { scopeId: made.ids([step.scope])[0], rules: step.rules });
    case 'expiry':
      return attempt('keys.update', { keyId, expiresAt: world.nowMs() + step.inMs });
    case 'wait':
      return world.advance(step.ms);
    case 'widenChild':
      // Past the use case that refuses it: the store itself must not let it.
      for (const id of childIds) {
        const stored = must(world.db.keys.get(id), 'a child is there');
        const wide = {
          rules: step.rules,
          expiresAtMs: null,
          suspendedAtMs: null,
          revokedAtMs: null,
          ipAllow: [],
          signedBy: null,
        };
        world.db.keys.update({ ...stored, ...wide, rateLimit: null, quota: null });
        world.db.keys.setScopes(id, made.ids([0, 1, 2]));
      }
      return undefined;
    default:
      return attempt(`keys.${step.kind}`, { keyId, reason: 'no_longer_needed' });
  }
}

it(
  'no child is ever allowed what its parent is refused, whatever was changed in between',
  { timeout: 60_000 },
  async () => {
    let allowed = 0;
    let refusedWithParent = 0;
    await fc.assert(
      fc.asyncProperty(plan, async (one) => {
        const made = await familyOf(one);
        let turn = 0;
        for (const step of one.steps) {
          if (step.kind !== 'ask') {
            await apply(step, made);
            continue;
          }
          monotonicMs += 1;
          turn += 1;
          const { parent, children } = made.family;
          const parentSays = ask(parent, step.request, true);
          for (const child of children) {
            const childSays = ask(child, step.request, true);
            if (childSays.valid) allowed += 1;
            if (!parentSays.valid) refusedWithParent += 1;
            expect(childSays.valid && !parentSays.valid, `${childSays.code} but ${parentSays.code}`).toBe(
              false,
            );
          }
          // Somebody of the family spends: the others must notice.
          ask(must([parent, ...children][turn % 3], 'one of three'), step.request, false);
        }
      }),
      { numRuns: RUNS },
    );
    // The worlds are not so strict that nothing is proved.
    expect(allowed).toBeGreaterThan(30);
    expect(refusedWithParent).toBeGreaterThan(30);
  },
);
