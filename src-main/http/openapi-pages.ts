import { FORM_TYPE } from './service-policy.ts';

type Json = Readonly<Record<string, unknown>>;

const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
});
const THROTTLED = { '429': page('Too many calls from one address.') };

/** The pages for people outside, in the OpenAPI document. */
export function pagePaths(): Json {
  return {
    '/request-access': {
      get: {
        operationId: 'requestAccess',
        summary: 'A page with a form to ask for a key.',
        responses: { '200': page('The form.'), ...THROTTLED },
      },
    },
    '/policy': {
      get: {
        operationId: 'policy',
        summary: 'A page with what is wanted of everybody who has a key.',
        responses: { '200': page('The policy.'), ...THROTTLED },
      },
    },
    '/products': {
      get: {
        operationId: 'products',
        summary: 'A page with the API products that keys can be asked for.',
        responses: { '200': page('Their names.'), ...THROTTLED },
      },
    },
    '/products/{slug}': {
      get: {
        operationId: 'product',
        summary: 'The page of one API product: what its keys may call, how much and how long.',
        parameters: [{ name: 'slug', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': page('Its tiers, and where to ask for a key.'),
          '404': page('No product is offered there.'),
          ...THROTTLED,
        },
      },
    },
    '/h/{token}': handoffPath(),
  };
}

function handoffPath(): Json {
  const gone = {
    '404': page('Unknown, expired or withdrawn, which look the same.'),
    '410': page('Revealed already, or destroyed by wrong codes.'),
    ...THROTTLED,
  };
  const parameters = [{ name: 'token', in: 'path', required: true, schema: { type: 'string' } }];
  const form = { type: 'object', required: ['code'], properties: { code: { type: 'string' } } };
  return {
    get: {
      operationId: 'handoffPage',
      summary: 'The page of a handoff. Looking at it uses nothing up.',
      parameters,
      responses: { '200': page('Who sends what, and a field for the code.'), ...gone },
    },
    post: {
      operationId: 'handoffReveal',
      summary: 'Shows the secret of a handoff once.',
      parameters,
      requestBody: { required: true, content: { [FORM_TYPE]: { schema: form } } },
      responses: {
        '200': page('The secret.'),
        '403': page('Not the code; five of them destroy the secret.'),
        ...gone,
      },
    },
  };
}
