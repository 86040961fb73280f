import {
  ACCESS_TOKEN_TYPE,
  TOKEN_CHARACTERS_MAX,
  type TokenClaims,
  type TokenResponse,
} from '#contract/token-exchange.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { keyEndsAt } from '#main/domain/key-status.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import { readBindings } from './bindings.ts';
import { narrowRights, rulesOfRights, scopeNamesIn } from './narrow-rights.ts';
import { writeSignedToken } from './signed-token.ts';

/** What a token is made of. */
export interface TokenDraft {
  /** The key with the secret that was presented, which may pass at the service. */
  readonly row: VerifyRow;
  readonly service: ServiceRef;
  /** Names of scopes that the key holds there; null = all of them, and the rules of the key's own. */
  readonly scopes: readonly string[] | null;
  readonly issuer: string;
  readonly lifeMs: number;
  readonly nowMs: number;
  readonly signer: { readonly kid: string; readonly sign: (text: string) => Buffer };
}

/** `ends` = the key ends before a token could be used; `long` = its rules do not fit into a header. */
export type MintOutcome =
  { readonly kind: 'made'; readonly answer: TokenResponse } | { readonly kind: 'ends' | 'long' };

/** Signs a token that holds at most what its key holds at this moment, and ends no later than key and secret. It is kept nowhere. */
export function mintToken(draft: TokenDraft): MintOutcome {
  const { row, signer } = draft;
  const endsAtMs = Math.min(
    draft.nowMs + draft.lifeMs,
    keyEndsAt(row) ?? Infinity,
    row.secretEndsAtMs ?? Infinity,
  );
  const iat = Math.floor(draft.nowMs / 1_000);
  const exp = Math.floor(endsAtMs / 1_000);
  if (exp <= iat) return { kind: 'ends' };
  const claims = claimsOf(draft, { iat, exp });
  const token = writeSignedToken(signer.kid, claims, signer.sign);
  if (token.length > TOKEN_CHARACTERS_MAX) return { kind: 'long' };
  return {
    kind: 'made',
    answer: {
      access_token: token,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: exp - iat,
      scope: claims.scope,
    },
  };
}

/** Is the key bound to something that nobody could hold a token to that is checked offline? One service is what a token is for. */
export function isBoundBeyondService({ bindingsJson }: Pick<VerifyRow, 'bindingsJson'>): boolean {
  if (bindingsJson === null) return false;
  const { isObserving, ip, origin, userAgent, time, signature } = readBindings(bindingsJson);
  return !isObserving && [ip, origin, userAgent, time, signature].some((bound) => bound !== null);
}

const JTI_CHARACTERS = 22;

function claimsOf(
  { row, service, scopes, issuer }: TokenDraft,
  { iat, exp }: Pick<TokenClaims, 'iat' | 'exp'>,
): TokenClaims {
  const held = scopeNamesIn(row);
  const part = {
    scopes: scopes === null ? held : held.filter((name) => scopes.includes(name)),
    hasOwnRules: scopes === null,
  };
  return {
    iss: issuer,
    sub: row.keyId,
    aud: service.slug,
    client_id: row.applicationId,
    scope: part.scopes.join(' '),
    iat,
    exp,
    jti: randomBase62(JTI_CHARACTERS, randomBytes),
    key_version: row.secretVersion,
    service_id: service.id,
    own_rules: part.hasOwnRules,
    rules: rulesOfRights(narrowRights(row, part)),
  };
}
