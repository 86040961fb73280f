import type { TraceStep } from '#contract/trace-step.ts';
import { isInGrace } from '#main/domain/key-status.ts';
import { momentText, VERIFICATION_STEPS } from '#main/domain/verification.ts';
import type { BindingName, Refusal } from '#main/domain/verification.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';
import { graceText } from './key-warnings.ts';
import { quotaText, rateText } from './limit-refusals.ts';
import type { JudgedLimit } from './named-limits.ts';

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
  readonly observe = (step: StepName, refusal: Refusal | null, isObserved: boolean): void => {
    const nowMs = this.#monotonicMs();
    const words =
      refusal === null
        ? passWords(step, this.#attempt)
        : isObserved
          ? pass(
              `Observed only. Enforced, this would be ${refusal.code}: ${refusal.detail ?? refusal.message}`,
            )
          : failWords(refusal);
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

function parseWords({ kind }: Attempt['presented']): Words {
  if (kind === 'simulated') return skip('No secret is presented in a simulation.');
  return pass(kind === 'token' ? 'The token is well formed.' : 'The key is well formed.');
}

function passWords(step: StepName, attempt: Attempt): Words {
  const { row } = attempt;
  switch (step) {
    case 'parse':
      return parseWords(attempt.presented);
    case 'source':
      return sourceWords(attempt.parts);
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
      return pass(expiryText(row, attempt.nowMs));
    case 'ip':
    case 'origin':
    case 'userAgent':
    case 'service':
    case 'time':
    case 'signature':
      return bindingWords(step, attempt, row);
    case 'rateLimit':
      return rateWords(attempt);
    case 'quota':
      return quotaWords(attempt);
  }
}

function sourceWords({ question, sourceRefusal }: Attempt['parts']): Words {
  if (question.clientIp === null) return skip('No client address is named.');
  return sourceRefusal === undefined
    ? skip('Nothing is let pass here.')
    : pass('The client address is in no blocked source.');
}

function expiryText(row: VerifyRow, nowMs: number): string {
  if (row.expiresAtMs === null) return 'The key does not expire.';
  if (isInGrace(row, nowMs)) return graceText(row, row.expiresAtMs);
  return `The key expires on ${momentText(row.expiresAtMs)}.`;
}

/** What each binding says when it lets pass, and when the key has none of it. */
const BINDING_WORDS: Readonly<Record<BindingName, readonly [passed: string, unbound: string]>> = {
  ip: ['The client address is on the list.', 'The key is not bound to addresses.'],
  origin: ['The origin is on the list.', 'The key is not bound to origins.'],
  userAgent: ['The user agent is on the list.', 'The key is not bound to user agents.'],
  service: ['The calling service is on the list.', 'The key is not bound to services.'],
  time: ['This moment is inside the hours of the key.', 'The key is not bound to hours.'],
  signature: ['The request is signed as the key wants it.', 'The key wants no signed requests.'],
};

function bindingWords(binding: BindingName, { parts }: Attempt, row: VerifyRow): Words {
  const [passed, unbound] = BINDING_WORDS[binding];
  if (parts.policies.bindings(row)[binding] === null) return skip(unbound);
  if (binding === 'service' && parts.question.serviceId === null) return skip('No calling service is named.');
  if (binding === 'signature' && parts.signed === undefined) return skip('Taken as signed; not checked.');
  return pass(passed);
}

function rateWords({ judged, parts, rateLimit, rateState }: Attempt): Words {
  if (rateLimit === null || rateState === null) return skip('No rate limit.');
  if (judged !== null) return judgedWords(judged, parts.limits === 'ignore');
  if (parts.limits === 'ignore') return skip(`${rateText(rateLimit)}; not checked.`);
  return pass(`${rateText(rateLimit)}, ${rateState.remaining} left before this one.`);
}

function judgedWords(judged: readonly JudgedLimit[], isIgnored: boolean): Words {
  const each = judged.map(({ limit, state, isSoftOver }) => {
    const left = isSoftOver ? 'exceeded, but soft' : `${state.remaining} left before this one`;
    return `${limit.name} by ${limit.by}: ${rateText(limit)}, ${isIgnored ? 'not checked' : left}`;
  });
  return (isIgnored ? skip : pass)(`${each.join('; ')}.`);
}

function quotaWords({ parts, quota, quotaState }: Attempt): Words {
  if (quota === null || quotaState === null) return skip('No quota.');
  if (parts.limits === 'ignore') return skip(`${quotaText(quota)}; not checked.`);
  if (!quotaState.fits) return pass(`${quotaText(quota)}, exceeded, but soft.`);
  return pass(`${quotaText(quota)}, ${quotaState.remaining} left before this one.`);
}
