import {
  ACCESS_TOKEN_TYPE,
  JWKS_PATH,
  jwks,
  JWT_TYPE,
  TOKEN_EXCHANGE_GRANT,
  TOKEN_PATH,
  tokenClaims,
  tokenError,
  tokenRequest,
  tokenResponse,
} from '#contract/token-exchange.ts';
import { content, problems, ref, schema } from './openapi-parts.ts';
import { FORM_TYPE } from './service-policy.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas of the token exchange. `TokenClaims` is what stands in a token. */
export function tokenSchemas(): Json {
  return {
    TokenRequest: schema(tokenRequest, 'input'),
    TokenResponse: schema(tokenResponse, 'output'),
    TokenError: schema(tokenError, 'output'),
    TokenClaims: schema(tokenClaims, 'output'),
    Jwks: schema(jwks, 'output'),
  };
}

const EXCHANGE_TEXT = [
  `Token exchange as in RFC 8693, for services that have it switched on: grant_type ${TOKEN_EXCHANGE_GRANT}, the API key as subject_token with subject_token_type ${ACCESS_TOKEN_TYPE}; requested_token_type may be that or ${JWT_TYPE}. \`audience\` is the slug of the service. With \`scope\` the token holds these scopes alone, without it all that the key holds there; never more than the key.`,
  'The token is a JWT (RFC 9068, ES256, see TokenClaims) that lives for minutes and never longer than the key. It verifies offline with the keys of the JWKS: check signature, `iss`, `aud` and `exp`, then `scope`, or method and path against `rules`, where a deny rule wins and what no rule allows is refused. **Who checks offline hears of a revocation only when the token ends**, and uses are then neither logged nor counted. Sent to /v1/verify, /v1/introspect or a gateway, a token is decided by the state of its key at that moment.',
  'Making a token is one decision of the key: it is logged, and counts in its limits. A key that is bound to addresses, origins, programs or hours is not exchanged. A token is never exchanged for another one.',
].join('\n\n');

/** The exchange, and the public keys that check its tokens. */
export function tokenPaths(): Json {
  const failed = (description: string) => ({ description, content: content(ref('TokenError')) });
  return {
    [TOKEN_PATH]: {
      post: {
        operationId: 'exchangeToken',
        summary: 'Exchanges an API key for a short signed token with at most its rights',
        description: EXCHANGE_TEXT,
        security: [],
        requestBody: {
          required: true,
          content: {
            [FORM_TYPE]: { schema: ref('TokenRequest') },
            ...content(ref('TokenRequest')),
          },
        },
        responses: {
          '200': { description: 'The token.', content: content(ref('TokenResponse')) },
          '400': failed(
            'invalid_request (also when the key is not accepted), invalid_scope, invalid_target or unsupported_grant_type.',
          ),
          ...problems('403', '413', '415'),
          '429': failed(
            'temporarily_unavailable, with Retry-After: too often, or a limit of the key is used up.',
          ),
          '503': failed('temporarily_unavailable, with Retry-After.'),
        },
      },
    },
    [JWKS_PATH]: {
      get: {
        operationId: 'jwks',
        summary: 'The public keys that check tokens (RFC 7517)',
        description:
          'May be kept for as long as Cache-Control says. A new signing key is in it that long before it signs; a former one until its last token has ended.',
        responses: {
          '200': { description: 'The keys.', content: content(ref('Jwks')) },
          ...problems('503'),
        },
      },
    },
  };
}
