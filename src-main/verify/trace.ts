import type { TraceStep } from '#contract/verify.ts';
import { momentText, VERIFICATION_STEPS } from '#main/domain/verification.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { Attempt } from './attempt.ts';
import { quotaText, rateText } from './limit-refusals.ts';

type StepName = TraceStep['step'];
type Words = Pick<TraceStep, 'outcome' | 'detail'>;

/** Writes down every step of one attempt with its result and its duration. */
export class Trace {
  readonly #attempt: Attempt;
  readonly #monotonicMs: () => number;
  readonly #steps: TraceStep[] = [];
  #sinceMs: number;

  /** `startedMs` is when the first step began, on the monotonic clock. */
  constructor(attempt: Attempt, monotonicMs: () => number, startedMs: number) {
    this.#attempt = attempt;
    this.#monotonicMs = monotonicMs;
    this.#sinceMs = startedMs;
  }

  /** To be handed to `decide`. */
  readonly observe = (step: StepName, refusal: Refusal | null): void => {
    const nowMs = this.#monotonicMs();
    const words = refusal === null ? passWords(step, this.#attempt) : failWords(refusal);
    this.#steps.push({ step, ...words, durationUs: Math.round((nowMs - this.#sinceMs) * 10_000) / 10 });
    this.#sinceMs = this.#monotonicMs();
  };

  /** All steps in their order; those that were not reached say why they were skipped. */
  finish(whyNotReached: string): readonly TraceStep[] {
    return VERIFICATION_STEPS.map(
      ({ step }) =>
        this.#steps.find((done) => done.step === step) ??
        ({ step, outcome: 'skip', detail: whyNotReached, durationUs: 0 } as const),
    );
  }
}

/** Every step as one that was not taken, for an answer that was not decided. */
export function skippedSteps(why: string): readonly TraceStep[] {
  return VERIFICATION_STEPS.map(({ step }) => ({ step, outcome: 'skip', detail: why, durationUs: 0 }));
}

function failWords({ message, detail }: Refusal): Words {
  return { outcome: 'fail', detail: detail === null ? message : `${message} ${detail}` };
}

function pass(detail: string): Words {
  return { outcome: 'pass', detail };
}

function skip(detail: string): Words {
  return { outcome: 'skip', detail };
}

function passWords(step: StepName, attempt: Attempt): Words {
  const { row, parts } = attempt;
  switch (step) {
    case 'parse':
      return attempt.presented.kind === 'simulated'
        ? skip('No secret is presented in a simulation.')
        : pass('The key is well formed.');
    case 'scope':
      return pass(attempt.scopeFinding?.rule ?? 'Every demanded scope is held.');
    default:
  }
  if (row === null) return skip('No key is judged.');
  switch (step) {
    case 'lookup':
      return pass(`Key ${row.keyId}, secret version ${row.secretVersion}.`);
    case 'state':
      return pass(
        row.secretEndsAtMs === null
          ? 'Neither revoked nor suspended.'
          : `Not revoked; this secret ends on ${momentText(row.secretEndsAtMs)}.`,
      );
    case 'expiry':
      return row.expiresAtMs === null
        ? pass('The key does not expire.')
        : pass(`The key expires on ${momentText(row.expiresAtMs)}.`);
    case 'ip':
      return parts.policies.isBoundToAddresses(row)
        ? pass('The client address is on the list.')
        : skip('The key is not bound to addresses.');
    case 'origin':
      return parts.policies.isBoundToOrigins(row)
        ? pass('The origin is on the list.')
        : skip('The key is not bound to origins.');
    case 'rateLimit':
      return rateWords(attempt);
    case 'quota':
      return quotaWords(attempt);
  }
}

function rateWords({ parts, rateLimit, rateState }: Attempt): Words {
  if (rateLimit === null || rateState === null) return skip('No rate limit.');
  if (parts.limits === 'ignore') return skip(`${rateText(rateLimit)}; not checked.`);
  return pass(`${rateText(rateLimit)}, ${rateState.remaining} left before this one.`);
}

function quotaWords({ parts, quota, quotaState }: Attempt): Words {
  if (quota === null || quotaState === null) return skip('No quota.');
  if (parts.limits === 'ignore') return skip(`${quotaText(quota)}; not checked.`);
  return pass(`${quotaText(quota)}, ${quotaState.remaining} left before this one.`);
}
