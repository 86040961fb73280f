import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { serviceId as serviceIdSchema, timestampMs } from '#contract/ids.ts';
import type { LimitTrial } from '#contract/self-test.ts';
import { verifyRequest } from '#contract/verify.ts';
import type { UseCaseContext } from '#main/context.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import { BlockedSources } from '../blocked-sources.ts';
import type { VerifierParts } from '../verify-key.ts';
import { createVerifier } from '../verify-key.ts';
import { throwAwayKeys, type ThrowAwayKey } from './throw-away-keys.ts';

/** Parts of the running verifier: its store, its counters and its clock. */
export type LimitTestParts = Pick<VerifierParts, 'lookup' | 'keyring' | 'limiter' | 'clock' | 'settings'>;

const SERVICE = {
  id: serviceIdSchema.parse('svc_0000000000000000'),
  name: 'Self-test',
  slug: 'self-test',
  verifyPerSecondMax: null,
  keepLiveSeconds: 0,
  keepTestSeconds: 0,
};
const WINDOW_MS = 1_000;
const SLIDING = { limit: 100, windowMs: WINDOW_MS };
/** Longer than the test takes, on any machine that is of use. */
const LONG_MS = 60_000;
const QUOTA = { limit: 50, period: 'day', timeZone: 'UTC' } as const;
const PER_ADDRESS = 20;
const SHARED = 30;
const COSTLY = 10;
const REPEATED = 5;

const limits = (name: string, limit: number, by: 'clientIp' | 'application') => ({
  rateLimits: [{ name, limit, windowMs: LONG_MS, by }],
});
const POLICIES = [
  ['sliding', { rateLimit: SLIDING }],
  ['addresses', limits('each', PER_ADDRESS, 'clientIp')],
  ['sharing', limits('all', SHARED, 'application')],
  ['sharingToo', limits('all', SHARED, 'application')],
  ['costly', { rateLimit: { limit: COSTLY, windowMs: LONG_MS } }],
  ['repeated', { rateLimit: { limit: REPEATED, windowMs: LONG_MS } }],
  ['quota', { quota: QUOTA }],
] as const;
type Name = (typeof POLICIES)[number][0];

/** Sends bursts at limits of nine kinds and counts what passes. The code, the counters, the keyring and the store are those of the running
 *  server; the keys leave no trace in it, nothing is logged, and nobody else's limits are touched. Not tried is what is
 *  between a caller and the verifier: HTTP and proxies. Takes WINDOW_MS and a little more. */
export async function testLimits(
  parts: LimitTestParts,
  context: UseCaseContext,
): Promise<readonly LimitTrial[]> {
  const trial = new Trial(parts, context);
  try {
    const sliding = await trial.slide();
    return [...sliding, trial.perAddress(), trial.shared(), trial.costs(), trial.repeats(), ...trial.quota()];
  } finally {
    trial.forget();
  }
}

type Asked = Partial<z.input<typeof verifyRequest>> & { readonly name: Name; readonly times: number };

class Trial {
  readonly #keys: ReadonlyMap<Name, ThrowAwayKey>;
  readonly #parts: LimitTestParts;
  readonly #verifier: ReturnType<typeof createVerifier>;
  /** The moment at which is asked; stands still while one request is decided, so that it can be added up by hand. */
  #at = { nowMs: 0, monotonicMs: 0 };

  constructor(parts: LimitTestParts, context: UseCaseContext) {
    this.#parts = parts;
    this.#keys = throwAwayKeys(context, { lookup: parts.lookup, serviceId: SERVICE.id }, POLICIES);
    // The quota is also tried on the day after, when the key has ended.
    const rows = new Map(
      [...this.#keys.values()].map(({ hashText, row }) => [hashText, { ...row, expiresAtMs: null }]),
    );
    this.#verifier = createVerifier({
      ...parts,
      lookup: { ...parts.lookup, findSecret: (hashText) => rows.get(hashText) ?? null },
      clock: {
        nowMs: () => timestampMs.parse(this.#at.nowMs),
        monotonicMs: () => this.#at.monotonicMs,
      },
      randomBytes,
      decisions: { record: () => undefined, whenRecorded: (send) => send() },
      lastUsed: { touch: () => undefined, touchService: () => undefined },
      sources: new BlockedSources(),
      keyShapes: () => [],
      rehash: () => undefined,
      // Nobody guesses here, and what others ask for is no reason to shed this.
      settings: () => ({ ...parts.settings(), failuresMax: 0, verifyPerSecondMax: null }),
      serviceUrl: () => '',
    });
  }

  /** Three bursts at one window, before, while and after the first leaves it. */
  async slide(): Promise<readonly LimitTrial[]> {
    const model: number[] = [];
    const burst = (name: string, asked: number): LimitTrial => {
      let [expected, admitted] = [0, 0];
      for (let time = 0; time < asked; time += 1) {
        const passed = this.#admitted({ name: 'sliding', times: 1 });
        const nowMs = this.#at.monotonicMs;
        if (model.filter((atMs) => atMs > nowMs - SLIDING.windowMs).length < SLIDING.limit) {
          model.push(nowMs);
          expected += 1;
        }
        admitted += passed;
      }
      return {
        name: `${name} at ${String(SLIDING.limit)} in ${String(WINDOW_MS)} ms`,
        asked,
        expected,
        admitted,
      };
    };
    const first = burst('First burst', 60);
    await pause(WINDOW_MS / 2);
    const second = burst('Burst in the middle', 60);
    await pause(WINDOW_MS / 2 + 5);
    return [first, second, burst('Burst after the first has left', 150)];
  }

  perAddress(): LimitTrial {
    const admitted = ['192.0.2.1', '192.0.2.2'].map((clientIp) =>
      this.#admitted({ name: 'addresses', times: 30, clientIp }),
    );
    const name = `${String(PER_ADDRESS)} for each of two client addresses`;
    return { name, asked: 60, expected: 2 * PER_ADDRESS, admitted: sum(admitted) };
  }

  shared(): LimitTrial {
    const names = ['sharing', 'sharingToo'] as const;
    const admitted = names.map((name) => this.#admitted({ name, times: 20 }));
    const name = `${String(SHARED)} shared by two keys of one application`;
    return { name, asked: 40, expected: SHARED, admitted: sum(admitted) };
  }

  /** Two of cost 4 fit into 10; the third does not and spends nothing, so one of cost 2 fits, and then none. */
  costs(): LimitTrial {
    const admitted = [4, 2].map((cost) => this.#admitted({ name: 'costly', times: 3, cost }));
    return { name: `Costs of 4 and 2 at ${String(COSTLY)}`, asked: 6, expected: 3, admitted: sum(admitted) };
  }

  /** A repeat of a granted request is granted and spends nothing. */
  repeats(): LimitTrial {
    const same = this.#admitted({ name: 'repeated', times: 10, requestId: 'self-test' });
    const others = this.#admitted({ name: 'repeated', times: 10 });
    const name = `One request sent 10 times, then 10 others, at ${String(REPEATED)}`;
    return { name, asked: 20, expected: 10 + REPEATED - 1, admitted: same + others };
  }

  /** A day, and the one after it. */
  quota(): readonly LimitTrial[] {
    const dayMs = 86_400_000;
    const tomorrowMs = (Math.floor(this.#parts.clock.nowMs() / dayMs) + 1) * dayMs;
    const asked = 80;
    const trial = (name: string, nowMs?: number): LimitTrial => ({
      name: `Quota of ${String(QUOTA.limit)} a day, ${name}`,
      asked,
      expected: QUOTA.limit,
      admitted: this.#admitted({ name: 'quota', times: asked }, nowMs),
    });
    return [trial('today'), trial('from midnight on', tomorrowMs)];
  }

  /** Lets go of the counters of calendar quotas; windows go by themselves. */
  forget(): void {
    for (const { keyId } of this.#keys.values()) this.#parts.limiter.forgetQuota(keyId);
  }

  #admitted({ name, times, ...fields }: Asked, nowMs: number = this.#parts.clock.nowMs()): number {
    const { text } = must(this.#keys.get(name), 'each policy has its key');
    const request = verifyRequest.parse({ key: text, method: 'GET', path: '/self-test', ...fields });
    let admitted = 0;
    for (let time = 0; time < times; time += 1) {
      this.#at = { nowMs, monotonicMs: this.#parts.clock.monotonicMs() };
      const outcome = this.#verifier.verify(SERVICE, request);
      if (outcome.kind === 'decision' && outcome.decision.valid) admitted += 1;
    }
    return admitted;
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
