import type { HandlerInput, Output } from '#contract/contract.ts';
import { DECISION_STATUS } from '#contract/verify.ts';
import { compileRules } from '#main/domain/path-rules.ts';
import { decide, VERIFICATION_STEPS } from '#main/domain/verification.ts';
import type { Refusal } from '#main/domain/verification.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { SignedRequests } from '#main/signatures/signed-requests.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { limitsOf, warningsOf } from './answer.ts';
import { Attempt } from './attempt.ts';
import type { BlockedSources } from './blocked-sources.ts';
import { usableAddress } from './ip-allow.ts';
import { sourceRefusal } from './judge-source.ts';
import type { Limiter } from './limiter.ts';
import { Policies } from './policies.ts';
import { Trace } from './trace.ts';

/** What is read to try a request. The limiter is only looked at. */
export interface TryParts {
  readonly lookup: VerifyLookup;
  readonly limiter: Limiter;
  readonly clock: Clock;
}

/** What a simulation reads. */
export interface SimulatorParts extends TryParts {
  /** Judges signatures; those that it has seen before are refused here, too. */
  readonly signed: Pick<SignedRequests, 'refusal'>;
  readonly sources: Pick<BlockedSources, 'find'>;
}

/** Answers "would this request pass?" with the code that verifies, spending and recording nothing. */
export type Simulate = (input: HandlerInput<'keys.simulate'>) => Output<'keys.simulate'>;

/** Source of rules that are tried before they are saved. */
const DRAFT = 'draft';
/** Without a key only the rules can be judged. */
const RULES_ONLY = VERIFICATION_STEPS.filter(({ step }) => step === 'scope');

/** Makes keys.simulate. Throws KEY_NOT_FOUND and SERVICE_NOT_FOUND. */
export function createSimulate(parts: SimulatorParts): Simulate {
  const { lookup, clock } = parts;
  const policies = new Policies();
  return (input) => {
    const startedMs = clock.monotonicMs();
    const signed = input.isSigned ? undefined : parts.signed;
    const attempt = simulatedAttempt({ ...parts, signed }, policies, input, findIn(lookup, input));
    const trace = new Trace(attempt, clock.monotonicMs, startedMs);
    const hasKey = input.keyId !== undefined;
    const refusal = decide(attempt, trace.observe, hasKey ? VERIFICATION_STEPS : RULES_ONLY);
    const code = refusal === null ? 'VALID' : refusal.code;
    return {
      valid: refusal === null,
      code,
      status: DECISION_STATUS[code],
      ...whyOf(refusal),
      rule: attempt.scopeFinding === null ? null : attempt.scopeFinding.rule,
      ...limitsOf(attempt),
      warnings: warningsOf(attempt, attempt.row),
      trace: trace.finish(hasKey ? 'Not reached: an earlier step refused.' : 'Only rules are tried, no key.'),
    };
  };
}

function whyOf(
  refusal: Refusal | null,
): Pick<Output<'keys.simulate'>, 'message' | 'detail' | 'missing' | 'retryAfterMs'> {
  if (refusal === null) return { message: null, detail: null, missing: [], retryAfterMs: null };
  const { message, detail, missing, retryAfterMs } = refusal;
  return { message, detail, missing, retryAfterMs };
}

/** A request of a key that nobody has presented: everything is looked at, nothing is spent. Without `signed` it is taken as signed in
 *  the way that its key wants it. */
export function simulatedAttempt(
  {
    limiter,
    clock,
    signed,
    sources,
  }: TryParts & {
    readonly signed?: SimulatorParts['signed'] | undefined;
    readonly sources?: SimulatorParts['sources'] | undefined;
  },
  policies: Policies,
  input: Omit<HandlerInput<'keys.simulate'>, 'keyId' | 'isSigned'>,
  find: () => VerifyRow | null,
): Attempt {
  const nowMs = input.at ?? clock.nowMs();
  const clientIp = usableAddress(input.clientIp);
  return new Attempt({
    nowMs,
    monotonicMs: clock.monotonicMs(),
    presented: { kind: 'simulated' },
    find,
    sourceRefusal:
      sources === undefined
        ? undefined
        : sourceRefusal(sources, { request: input, question: { clientIp }, nowMs }),
    question: {
      method: input.method,
      path: input.path,
      scopes: null,
      scopeQuery: null,
      clientIp,
      origin: input.origin ?? null,
      userAgent: input.userAgent ?? null,
      serviceId: input.serviceId ?? null,
      cost: 1,
      rateLimits: null,
    },
    // What will be used up at another moment cannot be foretold.
    limits: input.at === undefined ? 'check' : 'ignore',
    signed,
    signature: input.signature,
    policies,
    limiter,
    draft: draftOf(input),
  });
}

function findIn(lookup: VerifyLookup, input: HandlerInput<'keys.simulate'>): () => VerifyRow | null {
  const { keyId, secretVersion, serviceId } = input;
  if (serviceId !== undefined && !lookup.hasService(serviceId)) {
    throw new AppError('SERVICE_NOT_FOUND', 'There is no such service. Choose one from the list.');
  }
  const row = keyId === undefined ? null : lookup.findKeyById(keyId, serviceId ?? null, secretVersion);
  if (keyId !== undefined && row === null) {
    throw new AppError('KEY_NOT_FOUND', 'There is no key with this id.');
  }
  return () => row;
}

function draftOf({ draftRules }: Pick<HandlerInput<'keys.simulate'>, 'draftRules'>) {
  if (draftRules === undefined) return null;
  return { scopeNames: [], rules: compileRules(draftRules.map((rule) => ({ ...rule, source: DRAFT }))) };
}
