import type { Jwks, TokenError, TokenResponse } from '#contract/token-exchange.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { Verification } from '#main/verify/known-at.ts';
import type { VerifyOutcome } from '#main/verify/verify-key.ts';

/** A wish for a token as it is understood, and from where it comes; null = nobody knows. */
export interface TokenAsk {
  readonly key: string;
  /** null = all that the key holds at the service. */
  readonly scopes: readonly string[] | null;
  /** Slug of the service; null = the only one that there is for this key. */
  readonly audience: string | null;
  readonly clientIp: string | null;
  readonly userAgent: string | undefined;
  /** By which the key is judged: the door's, which notes it for the access log. */
  readonly verify: (service: ServiceRef, request: Verification) => VerifyOutcome;
}

/** What became of it: a token, an error in the shape of OAuth, or too often or too much at once. */
export type TokenOutcome =
  | { readonly kind: 'token'; readonly answer: TokenResponse }
  | { readonly kind: 'error'; readonly error: TokenError }
  | { readonly kind: 'later'; readonly status: 429 | 503; readonly retryAfterMs: number };

/** Exchanges keys for tokens. Each throws when the store cannot be read. */
export interface TokenDesk {
  readonly exchange: (asked: TokenAsk) => TokenOutcome;
  readonly jwks: () => Jwks;
}
