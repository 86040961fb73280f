import { enrollRequest, enrollResponse } from '#contract/enrolment.ts';
import { meResponse, selfRevokeRequest, selfRevokeResponse } from '#contract/holder.ts';
import { refusalProblem } from '#contract/verify.ts';
import { content, problems, ref, schema } from './openapi-parts.ts';
import { tokenPaths, tokenSchemas } from './openapi-token.ts';
import { ENROLL_PATH, FORM_TYPE, ME_PATH, SELF_REVOKE_PATH } from './service-policy.ts';

type Json = Readonly<Record<string, unknown>>;

/** How key holders and builds say who they are. */
export const HOLDER_SECURITY = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, lk_…' },
  apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, lk_…' },
  enrolmentToken: { type: 'http', scheme: 'bearer', description: 'An enrolment token, lke_…' },
} as const;

/** Schemas of their bodies. */
export function holderSchemas(): Json {
  return {
    MeResponse: schema(meResponse, 'output'),
    KeyRefusal: schema(refusalProblem, 'output'),
    SelfRevokeRequest: schema(selfRevokeRequest, 'input'),
    SelfRevokeResponse: schema(selfRevokeResponse, 'output'),
    EnrollRequest: schema(enrollRequest, 'input'),
    EnrollResponse: schema(enrollResponse, 'output'),
    ...tokenSchemas(),
  };
}

/** What holders of keys and enrolment tokens do by themselves. */
export function holderPaths(): Json {
  return { [ME_PATH]: me(), [SELF_REVOKE_PATH]: selfRevoke(), [ENROLL_PATH]: enroll(), ...tokenPaths() };
}

const PAGE = { 'text/html': { schema: { type: 'string' } } };
const KEY_SECURITY = [{ apiKey: [] }, { apiKeyHeader: [] }];
const form = (fields: Json): Json => ({
  [FORM_TYPE]: { schema: { type: 'object', required: Object.keys(fields), properties: fields } },
});
const KEY_FIELD = { key: { type: 'string', maxLength: 512 } };
const THE_KEY = { ...PAGE, ...content(ref('MeResponse')) };
const REFUSED = {
  '401': {
    description: 'MISSING_KEY, MALFORMED, NOT_FOUND or REVOKED, in the words of a verification.',
    content: { 'application/problem+json': { schema: ref('KeyRefusal') }, ...PAGE },
  },
};

function me(): Json {
  return {
    get: {
      operationId: 'me',
      summary: 'What the holder of a key sees of it',
      description:
        'Use of the last seven days, failures grouped by cause with what helps, limits left, end, rotation. It spends nothing, is no use of the key and is not in the log. Bindings of the key do not matter here. A browser gets a page; without a key, the form to type it.',
      security: KEY_SECURITY,
      responses: {
        '200': { description: 'The key.', content: THE_KEY },
        ...REFUSED,
        ...problems('429', '503'),
      },
    },
    post: {
      operationId: 'mePage',
      summary: 'The same as a page, with the key in a form',
      requestBody: { required: true, content: form(KEY_FIELD) },
      responses: {
        '200': { description: 'The page.', content: PAGE },
        '400': { description: 'The form without a key.', content: PAGE },
        ...REFUSED,
        ...problems('403', '413', '415', '429', '503'),
      },
    },
  };
}

function selfRevoke(): Json {
  const accepted = { ...content(ref('SelfRevokeResponse')), ...PAGE };
  return {
    post: {
      operationId: 'selfRevoke',
      summary: 'Who has the text of a key ends it, at once and for good',
      description:
        'The answer is the same, in the same time, whether there was such a key or not. The current secret takes its key with it; the old secret of a rotation ends alone. The key stands in a header or in the body.',
      security: [...KEY_SECURITY, {}],
      requestBody: {
        content: {
          ...content(ref('SelfRevokeRequest')),
          ...form({ ...KEY_FIELD, sure: { const: 'yes' } }),
        },
      },
      responses: {
        '202': { description: 'Whatever was sent.', content: accepted },
        ...problems('400', '403', '413', '415', '429', '503'),
      },
    },
  };
}

function enroll(): Json {
  const answer = (description: string) => ({ description, content: content(ref('EnrollResponse')) });
  const refused = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: ref('Problem') } },
  });
  return {
    post: {
      operationId: 'enroll',
      summary: 'A build, version, developer, device or first start fetches a short-lived key of its own',
      description:
        'The key may at most what the key of the token may, shares its limits, and ends with it. With a `requestId` the same request gets the same answer for ten minutes; the secret is shown in the answer alone.',
      security: [{ enrolmentToken: [] }],
      requestBody: { required: true, content: content(ref('EnrollRequest')) },
      responses: {
        '200': answer('The same answer once more.'),
        '201': answer('A new key.'),
        '400': refused('BAD_REQUEST, or CONTACT_NEEDED: the token wants contactName and contactEmail.'),
        '401': refused('ENROLMENT_TOKEN_MISSING or ENROLMENT_TOKEN_INVALID: unknown, expired or revoked.'),
        '403': refused('PARENT_NOT_LIVE: the key of the token does not work. FORBIDDEN_ORIGIN.'),
        '409': refused('TOO_MANY_CHILDREN or REQUEST_ID_TAKEN.'),
        ...problems('413', '415', '429', '503'),
      },
    },
  };
}
