import type { DecisionCode } from '#contract/verify.ts';

/** Numbers of decision codes in requests.db. A number is never given to another code. */
export const CODE_NUMBERS: Readonly<Record<DecisionCode, number>> = {
  VALID: 0,
  MISSING_KEY: 1,
  MALFORMED: 2,
  NOT_FOUND: 3,
  REVOKED: 4,
  SUSPENDED: 5,
  EXPIRED: 6,
  IP_NOT_ALLOWED: 7,
  ORIGIN_NOT_ALLOWED: 8,
  INSUFFICIENT_SCOPE: 9,
  RATE_LIMITED: 10,
  QUOTA_EXCEEDED: 11,
  USER_AGENT_NOT_ALLOWED: 12,
  SERVICE_NOT_ALLOWED: 13,
  TIME_NOT_ALLOWED: 14,
  SIGNATURE_NOT_ALLOWED: 15,
};

const CODES = new Map(Object.entries(CODE_NUMBERS).map(([code, number]) => [number, code as DecisionCode]));

/** The code of a number in requests.db. Throws on a number that this program never wrote. */
export function codeOfNumber(number: number): DecisionCode {
  const code = CODES.get(number);
  if (code === undefined) throw new Error(`Broken invariant: decision code number ${String(number)}`);
  return code;
}

/** Principal of decisions without a known key. */
export const NO_KEY_PRINCIPAL = 1;
/** Principals that exist in roll-ups only: every key of an environment together. */
export const ENVIRONMENT_PRINCIPALS = { live: 2, test: 3 } as const;
