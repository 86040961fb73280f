import type { KeyId } from '#contract/ids.ts';
import type { DecisionCode, TraceStep } from '#contract/verify.ts';
import { hasExpired } from './key-status.ts';
import type { KeyState } from './key-status.ts';
import type { ScopeFinding } from './scope-check.ts';

/** What was presented, read without any look-up. `simulated` = a key is named and no secret is presented. */
export type Presented =
  | { readonly kind: 'key'; readonly keyId: KeyId }
  | { readonly kind: 'missing' | 'simulated' }
  | { readonly kind: 'malformed'; readonly why: string };

/** What of a known key and the presented secret decides. Times in ms UTC. */
export interface KeyFacts extends KeyState {
  readonly keyId: KeyId;
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
  readonly findKey: () => KeyFacts | null;
  /** Why the client address or the origin may not use the key; null = it may. */
  readonly ipRefusal: () => string | null;
  readonly originRefusal: () => string | null;
  readonly scopes: () => ScopeFinding;
  readonly rateRefusal: () => LimitRefusal | null;
  readonly quotaRefusal: () => LimitRefusal | null;
  /** Takes the cost from rate limit and quota. Called once, after every step has passed. */
  readonly spend: () => void;
}

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

/** Sees every step right after it ran; steps that were not reached are not reported. */
export type StepObserver = (step: TraceStep['step'], refusal: Refusal | null) => void;

/** One check. `key` is null before and in a failed look-up. */
export interface VerificationStep {
  readonly step: TraceStep['step'];
  readonly check: (evidence: Evidence, key: KeyFacts | null) => Refusal | null;
}

/** The order of the checks, in one place: cheap before dear, who before what, and limits last so that a refusal never spends. */
export const VERIFICATION_STEPS: readonly VerificationStep[] = [
  { step: 'parse', check: checkPresented },
  { step: 'lookup', check: checkKnown },
  { step: 'state', check: checkState },
  { step: 'expiry', check: checkExpiry },
  { step: 'ip', check: checkIp },
  { step: 'origin', check: checkOrigin },
  { step: 'scope', check: checkScope },
  { step: 'rateLimit', check: checkRateLimit },
  { step: 'quota', check: checkQuota },
];

/** The first failure in the fixed order, or null: then the cost was spent and the request may pass.
 *  Fewer `steps` only where no key is judged: a draft of rules. */
export function decide(
  evidence: Evidence,
  observe: StepObserver | null = null,
  steps: readonly VerificationStep[] = VERIFICATION_STEPS,
): Refusal | null {
  let key: KeyFacts | null = null;
  for (const { step, check } of steps) {
    if (step === 'lookup') key = evidence.findKey();
    const refusal = check(evidence, key);
    if (observe !== null) observe(step, refusal);
    if (refusal !== null) return refusal;
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

function checkKnown({ presented }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key !== null) return null;
  const which = presented.kind === 'key' ? ` ${presented.keyId}` : '';
  const detail = `There is no key${which}, or the secret is not one of its secrets.`;
  return refusal('NOT_FOUND', 'This API key is not known here.', detail);
}

function checkState({ nowMs }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key === null) return null;
  if (key.revokedAtMs !== null) {
    return refusal('REVOKED', 'This API key was revoked.', `Revoked on ${momentText(key.revokedAtMs)}.`);
  }
  if (key.secretEndsAtMs !== null && nowMs >= key.secretEndsAtMs) {
    const detail = `The overlap of this secret ended on ${momentText(key.secretEndsAtMs)}.`;
    return refusal('REVOKED', 'This API key was replaced by a newer one.', detail);
  }
  if (key.suspendedAtMs === null) return null;
  const words = key.suspendMessage;
  return refusal('SUSPENDED', `This API key is suspended${words === null ? '.' : `: ${words}`}`, words);
}

function checkExpiry({ nowMs }: Evidence, key: KeyFacts | null): Refusal | null {
  if (key === null || key.expiresAtMs === null || !hasExpired(key, nowMs)) return null;
  return refusal('EXPIRED', 'This API key has expired.', `Expired on ${momentText(key.expiresAtMs)}.`);
}

function checkIp(evidence: Evidence): Refusal | null {
  const why = evidence.ipRefusal();
  return why === null
    ? null
    : refusal('IP_NOT_ALLOWED', 'This client address may not use this API key.', why);
}

function checkOrigin(evidence: Evidence): Refusal | null {
  const why = evidence.originRefusal();
  return why === null ? null : refusal('ORIGIN_NOT_ALLOWED', 'This origin may not use this API key.', why);
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
