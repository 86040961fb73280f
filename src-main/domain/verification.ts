import type { KeyId } from '#contract/ids.ts';
import type { TraceStep } from '#contract/trace-step.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { brownoutAt } from './brownout.ts';
import type { BrownoutPlan } from './brownout.ts';
import { hasExpired, keyEndsAt } from './key-status.ts';
import type { KeyState } from './key-status.ts';
import type { ScopeFinding } from './scope-check.ts';

/** What was presented, read without any look-up. `simulated` = a key is named and no secret is presented; `foreign` = a text that
 *  looks like keys that were imported; `token` = a signed text that a key was exchanged for. */
export type Presented =
  | { readonly kind: 'key'; readonly keyId: KeyId }
  | { readonly kind: 'missing' | 'simulated' | 'foreign' | 'token' }
  | { readonly kind: 'malformed'; readonly why: string };

/** What of a known key and the presented secret decides. Times in ms UTC. */
export interface KeyFacts extends KeyState, BrownoutPlan {
  readonly keyId: KeyId;
  /** null = the key may be used from anywhere, by anybody, at any time: its bindings are not looked at one by one. */
  readonly bindingsJson: string | null;
  readonly suspendMessage: string | null;
  readonly secretVersion: number;
  /** null for the current secret. */
  readonly secretEndsAtMs: number | null;
  readonly currentVersion: number;
}

/** Why a limit refuses. `retryAfterMs` is null when waiting does not help. */
export interface LimitRefusal {
  readonly message: string;
  readonly detail: string | null;
  readonly retryAfterMs: number | null;
}

/** Everything a decision may ask. Each question is asked when its step is reached, not before, and at most once by `decide`;
 *  only `spend` changes anything. */
export interface Evidence {
  readonly nowMs: number;
  readonly presented: Presented;
  /** Why no key may be used from where the request comes from, as a sentence; null = it may. */
  readonly sourceRefusal: () => string | null;
  readonly findKey: () => KeyFacts | null;
  /** Why a binding of the key does not allow the request, as a sentence; null = it does. */
  readonly bindingRefusal: (binding: BindingName) => string | null;
  /** Are the bindings of the key only observed? */
  readonly isObserving: () => boolean;
  /** Called with what a binding would have answered that is only observed. */
  readonly noteObserved: (refusal: Refusal) => void;
  readonly scopes: () => ScopeFinding;
  readonly rateRefusal: () => LimitRefusal | null;
  readonly quotaRefusal: () => LimitRefusal | null;
  /** Takes the cost from rate limit and quota. Called once, after every step has passed. */
  readonly spend: () => void;
}

/** What a key can be bound to. Each is a step of the verification. */
export type BindingName = 'ip' | 'origin' | 'userAgent' | 'service' | 'time' | 'signature';

export type RefusalCode = Exclude<DecisionCode, 'VALID'>;

/** The first failure. `detail` has more words where one code has several causes. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly detail: string | null;
  readonly missing: readonly string[];
  readonly rule: string | null;
  readonly retryAfterMs: number | null;
}

/** Sees every step right after it ran; steps that were not reached are not reported. `isObserved`: the refusal is one that a
 *  binding would have given, and does not count. */
export type StepObserver = (step: TraceStep['step'], refusal: Refusal | null, isObserved: boolean) => void;

/** One check. `key` is null before and in a failed look-up. */
export interface VerificationStep {
  readonly step: TraceStep['step'];
  readonly check: (evidence: Evidence, key: KeyFacts | null) => Refusal | null;
  /** Left out for a key without bindings. */
  readonly isBinding: boolean;
}

const ADDRESS_REFUSED = 'This client address may not use this API key.';

/** The order of the checks, in one place: cheap before dear, who before what, and limits last so that a refusal never spends. */
export const VERIFICATION_STEPS: readonly VerificationStep[] = [
  { step: 'parse', check: checkPresented, isBinding: false },
  // Before the look-up: the answer says nothing about the key.
  { step: 'source', check: checkSource, isBinding: false },
  { step: 'lookup', check: checkKnown, isBinding: false },
  { step: 'state', check: checkState, isBinding: false },
  { step: 'expiry', check: checkExpiry, isBinding: false },
  bindingStep('ip', 'IP_NOT_ALLOWED', ADDRESS_REFUSED),
  bindingStep('origin', 'ORIGIN_NOT_ALLOWED', 'This origin may not use this API key.'),
  bindingStep('userAgent', 'USER_AGENT_NOT_ALLOWED', 'This user agent may not use this API key.'),
  bindingStep('service', 'SERVICE_NOT_ALLOWED', 'This API key may not be used at this service.'),
  bindingStep('time', 'TIME_NOT_ALLOWED', 'This API key may not be used at this time.'),
  bindingStep('signature', 'SIGNATURE_NOT_ALLOWED', 'This API key wants signed requests.'),
  { step: 'scope', check: checkScope, isBinding: false },
  { step: 'rateLimit', check: checkRateLimit, isBinding: false },
  { step: 'quota', check: checkQuota, isBinding: false },
];

/** The first failure in the fixed order, or null: then the cost was spent and the request may pass.
 *  Fewer `steps` only where no key is judged: a draft of rules. */
export function decide(
  evidence: Evidence,
  observe: StepObserver | null = null,
  steps: readonly VerificationStep[] = VERIFICATION_STEPS,
): Refusal | null {
  let key: KeyFacts | null = null;
  for (const { step, check, isBinding } of steps) {
    if (step === 'lookup') key = evidence.findKey();
    if (isBinding && key?.bindingsJson === null && observe === null) continue;
    const refusal = check(evidence, key);
    const isObserved = isBinding && refusal !== null && evidence.isObserving();
    if (observe !== null) observe(step, refusal, isObserved);
    if (isObserved) evidence.noteObserved(refusal);
    else if (refusal !== null) return refusal;
  }
  evidence.spend();
  return null;
}

/** A moment as refusals say it: `2026-11-22 09:30:00 UTC`. */
export function momentText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function checkPresented({ presented }: Evidence): Refusal | null {
  if (presented.kind === 'missing') {
    return refusal(
      'MISSING_KEY',
      'No API key was sent.',
      'Send it as Authorization: Bearer or as X-API-Key.',
    );
  }
  if (presented.kind === 'malformed') return refusal('MALFORMED', 'This is not an API key.', presented.why);
  return null;
}

function checkSource(evidence: Evidence): Refusal | null {
  const why = evidence.sourceRefusal();
  return why === null ? null : refusedSource(why);
}

/** What a request from a source is told from which no key may be used: nothing about the key. `why` is a sentence. */
export function refusedSource(why: string): Refusal {
  return refusal('IP_NOT_ALLOWED', ADDRESS_REFUSED, why);
}

function checkKnown({ presented }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key !== null) return null;
  if (presented.kind === 'token') {
    const why = 'The token was not signed here, is for another service, or its signing key was withdrawn.';
    return refusal('NOT_FOUND', 'This token is not known here.', why);
  }
  const which = presented.kind === 'key' ? ` ${presented.keyId}` : '';
  const detail = `There is no key${which}, or the secret is not one of its secrets.`;
  return refusal('NOT_FOUND', 'This API key is not known here.', detail);
}

function checkState({ nowMs }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key === null) return null;
  if (key.revokedAtMs !== null) {
    return refusal('REVOKED', 'This API key was revoked.', `Revoked on ${momentText(key.revokedAtMs)}.`);
  }
  const why = key.secretEndsAtMs === null ? null : checkOldSecret(key, key.secretEndsAtMs, nowMs);
  if (why !== null) return why;
  if (key.suspendedAtMs === null) return null;
  const words = key.suspendMessage;
  return refusal('SUSPENDED', `This API key is suspended${words === null ? '.' : `: ${words}`}`, words);
}

const REPLACED = 'This API key was replaced by a newer one.';

/** An old secret is refused from its end on, and for short times before it where these were announced. */
function checkOldSecret(key: KeyFacts, endsAtMs: number, nowMs: number): Refusal | null {
  if (nowMs >= endsAtMs) {
    if (key.secretVersion > key.currentVersion) {
      const detail = `The rotation to this secret was undone on ${momentText(endsAtMs)}.`;
      return refusal('REVOKED', 'This API key was withdrawn. Use the former one.', detail);
    }
    return refusal('REVOKED', REPLACED, `The overlap of this secret ended on ${momentText(endsAtMs)}.`);
  }
  const brownout = brownoutAt(key, nowMs);
  if (brownout === null) return null;
  const detail = `It is refused on trial until ${momentText(brownout.toMs)} and ends on ${momentText(endsAtMs)}. Use the newer one.`;
  return { ...refusal('REVOKED', REPLACED, detail), retryAfterMs: brownout.toMs - nowMs };
}

function checkExpiry({ nowMs, presented }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key === null || key.expiresAtMs === null || !hasExpired(key, nowMs)) return null;
  if (presented.kind === 'token') {
    const detail = `Ended on ${momentText(key.expiresAtMs)}. Exchange the API key for another one.`;
    return refusal('EXPIRED', 'This token has ended.', detail);
  }
  const grace =
    (key.expiryGraceMs ?? 0) === 0 ? '' : ` Its grace ended on ${momentText(keyEndsAt(key) ?? 0)}.`;
  return refusal(
    'EXPIRED',
    'This API key has expired.',
    `Expired on ${momentText(key.expiresAtMs)}.${grace}`,
  );
}

function bindingStep(step: BindingName, code: RefusalCode, message: string): VerificationStep {
  const check = (evidence: Evidence): Refusal | null => {
    const why = evidence.bindingRefusal(step);
    return why === null ? null : refusal(code, message, why);
  };
  return { step, check, isBinding: true };
}

function checkScope(evidence: Evidence): Refusal | null {
  const { why, missing, rule } = evidence.scopes();
  if (why === null) return null;
  return { ...refusal('INSUFFICIENT_SCOPE', why.message, why.detail), missing, rule };
}

function checkRateLimit(evidence: Evidence): Refusal | null {
  return limited('RATE_LIMITED', evidence.rateRefusal());
}

function checkQuota(evidence: Evidence): Refusal | null {
  return limited('QUOTA_EXCEEDED', evidence.quotaRefusal());
}

function limited(code: 'RATE_LIMITED' | 'QUOTA_EXCEEDED', why: LimitRefusal | null): Refusal | null {
  if (why === null) return null;
  return { ...refusal(code, why.message, why.detail), retryAfterMs: why.retryAfterMs };
}

function refusal(code: RefusalCode, message: string, detail: string | null): Refusal {
  return { code, message, detail, missing: [], rule: null, retryAfterMs: null };
}
