import type { ApplicationId, KeyId, PartnerId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { QuotaThreshold } from '#contract/quota-thresholds.ts';
import type { DecisionCode } from '#contract/verify.ts';

/** Whose key was presented, as it was named at that moment: later renames do not rewrite the log. */
export interface DecisionPrincipal {
  readonly keyId: KeyId;
  readonly keyName: string;
  readonly environment: 'live' | 'test';
  /** Version of the presented secret. */
  readonly secretVersion: number;
  readonly applicationId: ApplicationId;
  readonly application: string;
  readonly partnerId: PartnerId;
  readonly partner: string;
}

/** State of a calendar quota after a decision that spent from it. */
export interface QuotaUse {
  /** Who shares the counter: a key id, `app_…` or `par_…`. */
  readonly ownerId: string;
  readonly period: 'day' | 'month';
  readonly periodStartMs: TimestampMs;
  /** Used in this period, this decision included. A total, not a step: a lost row heals with the next. */
  readonly used: number;
  readonly limit: number;
  /** The highest share of the limit that this decision reached first; null = none. */
  readonly notice: QuotaThreshold | null;
}

/** What a decision took from the window of a rate limit, which outlives a restart. */
export interface WindowUse {
  /** Names the counter; made and read by the limiter alone. */
  readonly windowId: string;
  readonly windowMs: number;
  readonly cost: number;
}

/** One decision as the verifier hands it to the log. Times in ms UTC.
 *  Texts may be of any length and hold any character: the log caps and escapes them when it writes. */
export interface DecisionRow {
  readonly requestId: RequestId;
  readonly atMs: TimestampMs;
  readonly serviceId: ServiceId;
  readonly service: string;
  /** null for a missing, malformed or unknown key and for a wrong secret. */
  readonly principal: DecisionPrincipal | null;
  readonly code: DecisionCode;
  /** null when the service asked for scopes only. */
  readonly method: string | null;
  readonly path: string | null;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  /** The rule that decided, as text. */
  readonly rule: string | null;
  readonly detail: string | null;
  /** Time to decide, µs. */
  readonly latencyUs: number;
  readonly tags: readonly string[];
  /** What the decision spent: 0 when refused. */
  readonly cost: number;
  /** null when nothing was spent from a quota. */
  readonly quota: QuotaUse | null;
  /** null when nothing was spent from a window. */
  readonly windows: readonly WindowUse[] | null;
}

/** What the part of a detail begins with that tells that the key had expired and was in its grace. */
export const GRACE_MARK = 'Grace: ';
/** What the part of a detail begins with that tells observed bindings. */
export const OBSERVED_MARK = 'Observed: ';

/** Takes decisions; never blocks and never throws. */
export interface DecisionSink {
  readonly record: (row: DecisionRow) => void;
  /** Calls `send` once everything recorded so far is where a kill of the process cannot take it away, at the latest at the end of
   *  this turn of the event loop: answers that tell a decision are sent in there. A log in trouble never keeps an answer back. */
  readonly whenRecorded: (send: () => void) => void;
}

/** Does a decision with this code count as a use of its key and secret (`lastUsedAt`)?
 *  Yes when the presented secret was genuine and live, whatever the rules, bindings and limits said. */
export function countsAsUse(code: DecisionCode): boolean {
  switch (code) {
    case 'VALID':
    case 'IP_NOT_ALLOWED':
    case 'ORIGIN_NOT_ALLOWED':
    case 'USER_AGENT_NOT_ALLOWED':
    case 'SERVICE_NOT_ALLOWED':
    case 'TIME_NOT_ALLOWED':
    case 'SIGNATURE_NOT_ALLOWED':
    case 'INSUFFICIENT_SCOPE':
    case 'RATE_LIMITED':
    case 'QUOTA_EXCEEDED':
      return true;
    default:
      return false;
  }
}
