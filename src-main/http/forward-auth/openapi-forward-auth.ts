import { refusalProblem } from '#contract/verify.ts';
import { ref, schema } from '#main/http/openapi-parts.ts';

type Json = Readonly<Record<string, unknown>>;

const TEXT = [
  'For reverse proxies: the service token in `X-Latchkey-Service`; the original method and URI in `X-Forwarded-Method` and `X-Forwarded-Uri` (generic, apisix) or `X-Original-Method` and `X-Original-URI` (nginx, haproxy); Envoy tells them by asking below this path. What contradicts itself is refused with 403.',
  'The key is read from `Authorization` (Bearer; Basic with the key as user name, or `keyId:secret`), `X-API-Key`, or `X-API-Key` with `X-API-Secret`. `X-Latchkey-Options: consumer-headers, legacy-rate-limit` adds Kong’s names and the older limit fields. What the client calls itself in `X-App-Name` is kept with the request, as the tag `x-app-name`; it decides nothing.',
  'nginx cannot pass on other statuses than 401 and 403: there every other one comes as 403 with the true one in `X-Latchkey-Status` and the body in `X-Latchkey-Problem`.',
].join('\n\n');

/** Schemas of the answers to proxies. */
export function forwardAuthSchemas(): Json {
  return { RefusalProblem: schema(refusalProblem, 'output') };
}

/** Where proxies ask. */
export function forwardAuthPaths(): Json {
  const names = ['generic', 'nginx', 'haproxy', 'apisix', 'envoy/{path}'];
  return Object.fromEntries(names.map((name) => [`/forward-auth/${name}`, { get: operation(name) }]));
}

function operation(name: string): Json {
  const dialect = name.split('/')[0] ?? name;
  const refused = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { anyOf: [ref('RefusalProblem'), ref('Problem')] } } },
  });
  const path = { name: 'path', in: 'path', required: true, schema: { type: 'string' } };
  return {
    operationId: `forwardAuth_${dialect}`,
    summary: `May this request pass? As ${dialect === 'generic' ? 'Traefik and Caddy ask' : `${dialect} asks`} it`,
    description: TEXT,
    ...(name === dialect ? {} : { parameters: [path] }),
    responses: {
      '200': { description: 'It may: who calls is in X-Key-Id, X-Application, X-Scopes and their like.' },
      '400': refused('Two credentials, or a key in the URL.'),
      '401': refused('The key is missing or not good; or the service token is.'),
      '403': refused('The key may not do this; or the headers contradict each other.'),
      '429': refused('A limit is used up. Retry-After says when to come back.'),
      '500': refused('The proxy does not tell the original request: GATEWAY_MISCONFIGURED says what to set.'),
      '503': refused('The fault is ours: nothing may pass.'),
    },
  };
}
