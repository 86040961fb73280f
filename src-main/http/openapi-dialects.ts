import { forwardAuthPaths, forwardAuthSchemas } from './forward-auth/openapi-forward-auth.ts';
import { introspectResponse } from './introspect-route.ts';
import { EXAMPLES } from './openapi-examples.ts';
import { COMMON, content, problems, ref, schema } from './openapi-parts.ts';
import { FORM_TYPE, INTROSPECT_PATH, UNKEY_VERIFY_PATH } from './service-policy.ts';
import { unkeyErrorResponse, unkeyVerifyRequest, unkeyVerifyResponse } from './unkey/unkey-wire.ts';

type Json = Readonly<Record<string, unknown>>;

/** The other way to authenticate an introspection. */
export const INTROSPECT_SECURITY = {
  serviceTokenAsPassword: {
    type: 'http',
    scheme: 'basic',
    description: 'Any user name, and the service token as password.',
  },
} as const;

/** Schemas of the routes that speak as other products and standards do. */
export function dialectSchemas(): Json {
  return {
    UnkeyVerifyRequest: schema(unkeyVerifyRequest, 'input'),
    UnkeyVerifyResponse: schema(unkeyVerifyResponse, 'output'),
    UnkeyError: schema(unkeyErrorResponse, 'output'),
    Introspection: schema(introspectResponse, 'output'),
    ...forwardAuthSchemas(),
  };
}

/** Those routes. */
export function dialectPaths(): Json {
  return { ...unkeyPath(), ...introspectPath(), ...forwardAuthPaths() };
}

const UNKEY_TEXT = [
  'For clients of Unkey: change the base URL, and send a service token as the root key. Answers 200 whenever the check ran; `data.valid` and `data.code` say what came of it.',
  '`permissions` is a query over the names of the key’s scopes at this service. Without it the call asks whether the key is good here: state, bindings and limits. A key that holds nothing at this service, or a call with the `apiId` of another one, is NOT_FOUND; so are malformed, unknown and revoked keys. SUSPENDED is DISABLED, bindings are FORBIDDEN, a used-up quota is USAGE_EXCEEDED. The client address is not part of this call: keys that are bound to addresses are FORBIDDEN.',
  '`credits.cost` is spent from the quota, `ratelimits` are counted by their names, of 1 to 255 characters: those of the key’s own limits change them for this call, with `limit` and `duration` a name makes one more. A name that the key does not have, without both, is a 400: nothing would be limited. The log keeps 64 characters of a tag.',
].join('\n\n');

function unkeyPath(): Json {
  const error = (description: string) => ({ description, content: content(ref('UnkeyError')) });
  return {
    [UNKEY_VERIFY_PATH]: {
      post: {
        operationId: 'unkeyVerifyKey',
        summary: 'Is this key good here? As Unkey asks it',
        description: UNKEY_TEXT,
        security: [{ serviceToken: [] }],
        requestBody: { required: true, content: content(ref('UnkeyVerifyRequest'), EXAMPLES.unkeyRequest) },
        responses: {
          '200': {
            description: 'The decision.',
            content: content(ref('UnkeyVerifyResponse'), EXAMPLES.unkeyResponse),
          },
          '400': error('Something in the body is wrong: `errors` says where and what to do.'),
          '401': error('The service token is missing or bad.'),
          '403': error('Called by a page of another site.'),
          '413': error('The body is too large.'),
          '415': error('The body is not JSON.'),
          '429': {
            description: 'Too many failed verifications.',
            content: { 'application/problem+json': { schema: ref('UnkeyError') } },
          },
          '503': error(
            'The fault is ours, nothing is said about the key. Retry-After says when to ask again.',
          ),
        },
      },
    },
  };
}

const INTROSPECT_TEXT = [
  'Token introspection as in RFC 7662. A key is active when it is known at the calling service, neither revoked, suspended nor expired, and not bound to other addresses, origins or programs than `client_ip`, `origin` and `user_agent` say: a bound key is not active where they are left out. With `method` and `path`, which go together, it is active only when it may call that endpoint. A token that a key was exchanged for is active as long as it and its key are; its `token_type` is Bearer.',
  'It asks about a key, not about a request: nothing is spent or logged, it is no use of the key, and used-up limits do not make it inactive. To let a request pass, POST /v1/verify.',
].join('\n\n');

function introspectPath(): Json {
  const text = { type: 'string' } as const;
  return {
    [INTROSPECT_PATH]: {
      post: {
        operationId: 'introspect',
        summary: 'Is this key active?',
        description: INTROSPECT_TEXT,
        security: [{ serviceToken: [] }, { serviceTokenAsPassword: [] }],
        requestBody: {
          required: true,
          content: {
            [FORM_TYPE]: {
              schema: {
                type: 'object',
                required: ['token'],
                properties: {
                  token: text,
                  token_type_hint: text,
                  client_ip: text,
                  origin: text,
                  user_agent: text,
                  method: text,
                  path: text,
                },
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'Whether it is active; always 200, also for what is no key at all.',
            content: content(ref('Introspection'), EXAMPLES.introspection),
          },
          ...problems(...COMMON),
        },
      },
    },
  };
}
