import { setTimeout as pause } from 'node:timers/promises';
import type { LimitTrial } from '#contract/self-test.ts';
import type { Warning } from '#contract/verify.ts';
import type { UseCaseContext } from '#main/context.ts';
import {
  COSTLY,
  ENDPOINT,
  OF_CHILD,
  PER_ADDRESS,
  PLAN,
  QUOTA,
  REPEATED,
  SHARED,
  SLIDING,
  SOFT,
  WINDOW_MS,
  type PolicyName,
} from './limit-policies.ts';
import { TrialVerifier, type Burst, type LimitTestParts } from './trial-verifier.ts';

/** Sends bursts at limits of eleven kinds and counts what passes. The code, the counters, the keyring and the store are those of the running
 *  server; the keys leave no trace in it, nothing is logged, and nobody else's limits are touched. Not tried is what is
 *  between a caller and the verifier: HTTP and proxies. Takes WINDOW_MS and a little more. */
export async function testLimits(
  parts: LimitTestParts,
  context: UseCaseContext,
): Promise<readonly LimitTrial[]> {
  const verifier = new TrialVerifier(parts, context);
  try {
    const sliding = await slide(verifier);
    return [...sliding, ...AT_ONCE.flatMap((kind) => kind(verifier))];
  } finally {
    verifier.forget();
  }
}

/** Three bursts at one window, before, while and after the first leaves it. */
async function slide(verifier: TrialVerifier): Promise<readonly LimitTrial[]> {
  const model: number[] = [];
  const burst = (name: string, asked: number): LimitTrial => {
    let [expected, admitted] = [0, 0];
    for (let time = 0; time < asked; time += 1) {
      const passed = verifier.admitted({ name: 'sliding', times: 1 });
      const atMs = verifier.lastAtMs;
      if (model.filter((earlierMs) => earlierMs > atMs - SLIDING.windowMs).length < SLIDING.limit) {
        model.push(atMs);
        expected += 1;
      }
      admitted += passed;
    }
    return { name: `${name} at ${text(SLIDING.limit)} in ${text(WINDOW_MS)} ms`, asked, expected, admitted };
  };
  const first = burst('First burst', 60);
  await pause(WINDOW_MS / 2);
  const second = burst('Burst in the middle', 60);
  await pause(WINDOW_MS / 2 + 5);
  return [first, second, burst('Burst after the first has left', 150)];
}

/** All kinds that need no time to pass. */
const AT_ONCE: readonly ((verifier: TrialVerifier) => readonly LimitTrial[])[] = [
  perAddress,
  ofApplication,
  ofPartner,
  costs,
  repeats,
  ofEndpoint,
  soft,
  ofChild,
  ofPlan,
  quota,
];

/** Each address by itself: a sum would also be right where one got what another was kept from. */
function perAddress(verifier: TrialVerifier): readonly LimitTrial[] {
  return ['192.0.2.1', '192.0.2.2'].map((clientIp) => {
    const name = `${text(PER_ADDRESS)} for each client address, ${clientIp}`;
    return trial(verifier, name, PER_ADDRESS, [{ name: 'addresses', times: 30, clientIp }]);
  });
}

function ofApplication(verifier: TrialVerifier): readonly LimitTrial[] {
  const bursts = [burstOf('sharing', 20), burstOf('sharingToo', 20)];
  return [trial(verifier, `${text(SHARED)} shared by two keys of one application`, SHARED, bursts)];
}

function ofPartner(verifier: TrialVerifier): readonly LimitTrial[] {
  const bursts = [burstOf('partnered', 20), burstOf('partneredToo', 20)];
  return [trial(verifier, `${text(SHARED)} shared by two applications of one partner`, SHARED, bursts)];
}

/** Two of cost 4 fit into 10; the third does not and spends nothing, so one of cost 2 fits, and then none. */
function costs(verifier: TrialVerifier): readonly LimitTrial[] {
  const bursts = [4, 2].map((cost) => ({ ...burstOf('costly', 3), cost }));
  return [trial(verifier, `Costs of 4 and 2 at ${text(COSTLY)}`, 3, bursts)];
}

/** A repeat of a granted request is granted and spends nothing. */
function repeats(verifier: TrialVerifier): readonly LimitTrial[] {
  const bursts = [{ ...burstOf('repeated', 10), requestId: 'self-test' }, burstOf('repeated', 10)];
  const name = `One request sent 10 times, then 10 others, at ${text(REPEATED)}`;
  return [trial(verifier, name, 10 + REPEATED - 1, bursts)];
}

/** Counted however its path is written; requests to others, in any number, are not held by it. */
function ofEndpoint(verifier: TrialVerifier): readonly LimitTrial[] {
  const { limit, method, path } = ENDPOINT;
  const to = (asked: Pick<Burst, 'method' | 'path'>) => ({ ...burstOf('endpoint', 10), ...asked });
  const others = [to({ method: 'GET', path }), to({ method, path: '/self-test/offers' })];
  const written = [to({ method, path }), to({ method, path: `${path}/` })];
  return [
    trial(verifier, `Other endpoints than that with the limit of ${text(limit)}`, 20, others),
    trial(verifier, `${text(limit)} for one endpoint`, limit, written),
  ];
}

/** Refuses nobody, and says so from the first request on that it would have refused. */
function soft(verifier: TrialVerifier): readonly LimitTrial[] {
  const trials = (name: PolicyName, what: string, code: Warning['code']): readonly LimitTrial[] => {
    const asked = 2 * SOFT;
    const granted = verifier.granted(burstOf(name, asked));
    const unwarned = granted.filter(({ warnings }) => !warnings.some((each) => each.code === code));
    return [
      { name: `${what} of ${text(SOFT)}`, asked, expected: asked, admitted: granted.length },
      {
        name: `${what} of ${text(SOFT)}, without a warning`,
        asked,
        expected: SOFT,
        admitted: unwarned.length,
      },
    ];
  };
  return [
    ...trials('soft', 'Soft limit', 'SOFT_RATE_LIMIT_EXCEEDED'),
    ...trials('softQuota', 'Soft quota', 'SOFT_QUOTA_EXCEEDED'),
  ];
}

/** What a child spends its parent has spent; what it was refused nobody has. */
function ofChild(verifier: TrialVerifier): readonly LimitTrial[] {
  const left = SHARED - OF_CHILD;
  return [
    trial(verifier, `A child key’s own limit of ${text(OF_CHILD)}`, OF_CHILD, [burstOf('child', 20)]),
    trial(verifier, `${text(SHARED)} shared by a key and its child`, left, [burstOf('parent', 40)]),
  ];
}

/** Each key has what the plan says, but for what it says itself. */
function ofPlan(verifier: TrialVerifier): readonly LimitTrial[] {
  const kinds: readonly (readonly [name: string, limit: number, key: PolicyName])[] = [
    ['Rate limit of a plan', PLAN.rateLimit, 'planned'],
    ['Named limit of a plan', PLAN.named, 'plannedNamed'],
    ['Quota of a plan', PLAN.quota, 'plannedQuota'],
    ['A key’s own limit instead of its plan’s', PLAN.ofTheKey, 'plannedNot'],
  ];
  return kinds.map(([name, limit, key]) =>
    trial(verifier, `${name}, ${text(limit)}`, limit, [burstOf(key, 20)]),
  );
}

/** A day, and the one after it. */
function quota(verifier: TrialVerifier): readonly LimitTrial[] {
  const dayMs = 86_400_000;
  const tomorrowMs = (Math.floor(verifier.nowMs / dayMs) + 1) * dayMs;
  const onDay = (day: string, nowMs?: number): LimitTrial => {
    const name = `Quota of ${text(QUOTA.limit)} a day, ${day}`;
    return trial(verifier, name, QUOTA.limit, [burstOf('quota', 80)], nowMs);
  };
  return [onDay('today'), onDay('from midnight on', tomorrowMs)];
}

function burstOf(name: PolicyName, times: number): Burst {
  return { name, times };
}

/** What passes of all bursts together. */
function trial(
  verifier: TrialVerifier,
  name: string,
  expected: number,
  bursts: readonly Burst[],
  nowMs?: number,
): LimitTrial {
  const asked = sum(bursts.map(({ times }) => times));
  return { name, asked, expected, admitted: sum(bursts.map((burst) => verifier.admitted(burst, nowMs))) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function text(count: number): string {
  return String(count);
}
