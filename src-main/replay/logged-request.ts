import type { KeyId, ServiceId } from '#contract/ids.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { type BindingName, VERIFICATION_STEPS } from '#main/domain/verification.ts';
import { PATH_BYTES_MAX, USER_AGENT_BYTES_MAX } from '#main/requests/stored-text.ts';

/** A request as the log kept it, its numbers read. Times in ms UTC. */
export interface LoggedRequest {
  readonly id: number;
  readonly atMs: number;
  readonly keyId: KeyId;
  readonly serviceId: ServiceId;
  readonly method: string | null;
  readonly path: string | null;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  readonly code: DecisionCode;
  /** The rule that decided, as text. */
  readonly rule: string | null;
  /** What it spent; refused requests spent nothing, and what they would have cost is not in the log. */
  readonly cost: number;
  /** Made with a token that the key was exchanged for. Which part of the key's rights it held is not in the log. */
  readonly isByToken: boolean;
}

/** A cut text ends within the last character of its limit. */
const CHARACTER_BYTES_MAX = 4;
/** Control characters that a path may have, written out by the log, and what stands for half a character. */
const REWRITTEN = /\\u(?:00[89]|202)|\ufffd/;

/** Is the path in the log the one that was decided? Long ones are cut, and some characters are written in another way. */
export function isPathWhole(path: string): boolean {
  return !isCut(path, PATH_BYTES_MAX) && !REWRITTEN.test(path);
}

/** Is the user agent in the log whole? */
export function isAgentWhole(userAgent: string | null): boolean {
  return userAgent === null || !isCut(userAgent, USER_AGENT_BYTES_MAX);
}

function isCut(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax - CHARACTER_BYTES_MAX) return false;
  return Buffer.byteLength(text) > bytesMax - CHARACTER_BYTES_MAX;
}

type StepName = (typeof VERIFICATION_STEPS)[number]['step'];

const BINDING_CODES: Partial<Record<DecisionCode, BindingName>> = {
  IP_NOT_ALLOWED: 'ip',
  ORIGIN_NOT_ALLOWED: 'origin',
  USER_AGENT_NOT_ALLOWED: 'userAgent',
  SERVICE_NOT_ALLOWED: 'service',
  TIME_NOT_ALLOWED: 'time',
  SIGNATURE_NOT_ALLOWED: 'signature',
};
const REFUSING_STEPS: Partial<Record<DecisionCode, StepName>> = {
  ...BINDING_CODES,
  EXPIRED: 'expiry',
  INSUFFICIENT_SCOPE: 'scope',
  RATE_LIMITED: 'rateLimit',
  QUOTA_EXCEEDED: 'quota',
};

/** The binding that refuses with this code; null for other codes. */
export function bindingOfCode(code: DecisionCode): BindingName | null {
  return BINDING_CODES[code] ?? null;
}

/** Did the decision with this code come as far as a step, so that the code says what it said? */
export function cameTo(code: DecisionCode, step: StepName): boolean {
  const last = REFUSING_STEPS[code];
  return last === undefined || orderOf(step) <= orderOf(last);
}

function orderOf(step: StepName): number {
  return VERIFICATION_STEPS.findIndex((one) => one.step === step);
}

/** Was the request decided by a limit, or by none of the steps before them? */
export function reachedLimits(code: DecisionCode): boolean {
  return code === 'VALID' || code === 'RATE_LIMITED' || code === 'QUOTA_EXCEEDED';
}
