import type { ShedReason } from './guard.ts';

/** Why there is no decision: see VerifyOutcome. */
export type NoDecision =
  | { readonly kind: 'bad-request'; readonly field: string; readonly message: string }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'overloaded'; readonly why: ShedReason; readonly retryAfterMs: number };
