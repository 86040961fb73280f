import type { KeyId, ScopeId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { Output } from '#contract/contract.ts';
import type { DecisionCode, VerifyRequest } from '#contract/verify.ts';
import { makeSubjects } from '#main/rpc/test-subjects.ts';
import type { TestWorld } from '#main/rpc/test-world.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { VerifyOutcome } from '#main/verify/verify-key.ts';
import type { Workbench } from '../case.ts';
import type { Program } from '../program.ts';

type Modules = readonly [
  typeof import('#main/rpc/test-world.ts'),
  typeof import('#main/verify/verify-key.ts'),
  typeof import('#main/verify/limiter.ts'),
];

/** Commands and verifications over one store in one process, with a clock that stands until it is told to go on. */
export interface PolicyWorld {
  readonly admin: TestWorld;
  readonly service: ServiceRef;
  readonly serviceId: ServiceId;
  readonly scopeId: ScopeId;
  readonly applicationId: Output<'applications.create'>['id'];
  readonly newKey: (columns?: KeyWishes) => Promise<{ readonly keyId: KeyId; readonly secret: string }>;
  /** GET /inventory/42 unless told. */
  readonly verify: (secret: string, more?: Partial<VerifyRequest>) => VerifyOutcome;
  /** The code of a decision; throws when there is none. */
  readonly codeOf: (secret: string, more?: Partial<VerifyRequest>) => DecisionCode;
  /** Time goes on, for both clocks. */
  readonly advance: (durationMs: number) => void;
  readonly nowMs: () => TimestampMs;
}

/** What of a key a case may want. */
export type KeyWishes = Partial<{
  name: string;
  scopeIds: readonly ScopeId[];
  rateLimit: { limit: number; windowMs: number };
  expiresAt: TimestampMs;
}>;

/** Opens one over the modules of a program, as it is or with planted faults. Closed at the end of the case. */
export async function openPolicyWorld(work: Workbench, program: Program): Promise<PolicyWorld> {
  const [{ createTestWorld }, { createVerifier }, { Limiter }] = (await Promise.all(
    ['rpc/test-world', 'verify/verify-key', 'verify/limiter'].map((name) =>
      program.load(`src-main/${name}.ts`),
    ),
  )) as unknown as Modules;
  const admin = createTestWorld();
  work.onEnd(admin.close);
  const startedAt = admin.nowMs();
  const verifier = createVerifier({
    lookup: admin.db.verify,
    keyring: admin.keyring,
    limiter: new Limiter(),
    clock: { nowMs: admin.nowMs, monotonicMs: () => admin.nowMs() - startedAt },
    randomBytes: (count) => Buffer.alloc(count, 7),
    decisions: {
      record: () => undefined,
      whenRecorded: (send) => {
        send();
      },
    },
    lastUsed: { touch: () => undefined, touchService: () => undefined },
    sources: { find: () => null, noteHit: () => undefined },
    keyShapes: () => [],
    rehash: () => undefined,
    settings: () => SETTINGS,
    serviceUrl: () => 'http://127.0.0.1:7420',
  });
  const team = await makeTeam(admin);
  const verify: PolicyWorld['verify'] = (key, more = {}) =>
    verifier.verify(team.service, {
      key,
      method: 'GET',
      path: '/inventory/42',
      cost: 1,
      dryRun: false,
      explain: false,
      ...more,
    });
  return {
    admin,
    ...team,
    newKey: newKeyOf(admin, team),
    verify,
    codeOf: (secret, more) => {
      const outcome = verify(secret, more);
      if (outcome.kind !== 'decision') throw new Error(`There was no decision: ${outcome.kind}`);
      return outcome.decision.code;
    },
    advance: admin.advance,
    nowMs: admin.nowMs,
  };
}

const SETTINGS = {
  helpContact: null,
  helpUrl: null,
  failuresMax: 0,
  failuresForgivenPerSecond: 1,
  failuresExempt: [],
  verifyPerSecondMax: null,
  shedLagMs: 0,
};

type Team = Pick<PolicyWorld, 'service' | 'serviceId' | 'scopeId' | 'applicationId'>;

async function makeTeam(world: TestWorld): Promise<Team> {
  const { service, scope, application } = await makeSubjects(world);
  return {
    service: {
      id: service.id,
      name: service.name,
      slug: service.slug,
      verifyPerSecondMax: null,
      keepLiveSeconds: 0,
      keepTestSeconds: 0,
    },
    serviceId: service.id,
    scopeId: scope.id,
    applicationId: application.id,
  };
}

function newKeyOf({ call }: TestWorld, { applicationId, scopeId }: Team): PolicyWorld['newKey'] {
  let number = 0;
  return async ({ expiresAt, ...columns } = {}) => {
    number += 1;
    const { key, secret } = await call('keys.create', {
      applicationId,
      name: `Key ${String(number)}`,
      environment: 'live',
      scopeIds: [scopeId],
      ...(expiresAt === undefined ? { expiresAt: null, noExpiryReason: 'Proof' } : { expiresAt }),
      ...columns,
    });
    if (secret === null) throw new Error('keys.create gave no secret.');
    return { keyId: key.keyId, secret };
  };
}
