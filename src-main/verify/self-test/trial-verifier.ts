import type { z } from 'zod';
import { serviceId as serviceIdSchema, timestampMs } from '#contract/ids.ts';
import { verifyRequest, type ValidDecision } from '#contract/verify.ts';
import type { UseCaseContext } from '#main/context.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import { BlockedSources } from '../blocked-sources.ts';
import type { Verifier, VerifierParts } from '../verify-key.ts';
import { createVerifier } from '../verify-key.ts';
import { POLICIES, type PolicyName } from './limit-policies.ts';
import { throwAwayKeys, type ThrowAwayKey } from './throw-away-keys.ts';

/** Parts of the running verifier: its store, its counters and its clock. */
export type LimitTestParts = Pick<VerifierParts, 'lookup' | 'keyring' | 'limiter' | 'clock' | 'settings'>;

/** The same request, so many times. */
export type Burst = Partial<z.input<typeof verifyRequest>> & {
  readonly name: PolicyName;
  readonly times: number;
};

const SERVICE = {
  id: serviceIdSchema.parse('svc_0000000000000000'),
  name: 'Self-test',
  slug: 'self-test',
  verifyPerSecondMax: null,
  keepLiveSeconds: 0,
  keepTestSeconds: 0,
};

/** The running verifier once more, for keys of the self-test alone: asks and counts what passes. */
export class TrialVerifier {
  readonly #keys: ReadonlyMap<string, ThrowAwayKey>;
  readonly #parts: LimitTestParts;
  readonly #verifier: Verifier;
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

  /** When the last request was made, ms of the monotonic clock. */
  get lastAtMs(): number {
    return this.#at.monotonicMs;
  }

  /** The wall clock, ms UTC. */
  get nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  /** How many of a burst pass. */
  admitted(burst: Burst, nowMs?: number): number {
    return this.granted(burst, nowMs).length;
  }

  /** The answers to those of a burst that pass; all are asked at one moment of the wall clock. */
  granted({ name, times, ...fields }: Burst, nowMs: number = this.nowMs): readonly ValidDecision[] {
    const { text } = must(this.#keys.get(name), 'each policy has its key');
    const request = verifyRequest.parse({ key: text, method: 'GET', path: '/self-test', ...fields });
    const granted: ValidDecision[] = [];
    for (let time = 0; time < times; time += 1) {
      this.#at = { nowMs, monotonicMs: this.#parts.clock.monotonicMs() };
      const outcome = this.#verifier.verify(SERVICE, request);
      if (outcome.kind === 'decision' && outcome.decision.valid) granted.push(outcome.decision);
    }
    return granted;
  }

  /** Lets go of the counters of calendar quotas; windows go by themselves. */
  forget(): void {
    for (const { keyId } of this.#keys.values()) this.#parts.limiter.forgetQuota(keyId);
  }
}
