import type { EnrollRequest } from '#contract/enrolment.ts';
import type { MeResponse } from '#contract/holder.ts';
import type { EnrollOutcome } from '#main/enrolment/enroll-child.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { HolderCredential } from '#main/verify/identify-holder.ts';
import type { InputProblem } from './input-problem.ts';

/** What was presented, and from where it came; null = nobody knows. */
export interface HolderAsk {
  readonly credential: HolderCredential;
  readonly clientIp: string | null;
}

/** A wish for a child key. The body is read when the token is good. */
export interface EnrollAsk {
  readonly token: string;
  readonly clientIp: string | null;
  readonly request: () =>
    | { readonly ok: true; readonly request: EnrollRequest }
    | { readonly ok: false; readonly problem: InputProblem };
}

/** One question too many. */
interface Throttled {
  readonly kind: 'throttled';
  readonly retryAfterMs: number;
}

/** What became of a question about a key. `refused` as a verification refuses it. */
export type MeOutcome =
  | { readonly kind: 'me'; readonly me: MeResponse }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly contact: string | null;
      readonly help: string;
    }
  | Throttled;

/** What strangers do who hold a key or an enrolment token. Each throws when the store cannot be read or written. */
export interface HolderDesk {
  readonly me: (asked: HolderAsk) => Promise<MeOutcome>;
  /** `accepted` whether there was such a key or not. From a blocked source, too: the answer tells nothing, and who found a key must be
   *  able to end it. */
  readonly selfRevoke: (asked: HolderAsk) => { readonly kind: 'accepted' } | Throttled;
  readonly enroll: (asked: EnrollAsk) =>
    | EnrollOutcome
    | { readonly kind: 'unknown' }
    /** It comes from a blocked source; nothing is said about the token. */
    | { readonly kind: 'blocked'; readonly detail: string }
    | { readonly kind: 'unreadable'; readonly problem: InputProblem }
    | Throttled;
}
