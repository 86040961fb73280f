import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import {
  ASKED_HEADERS,
  CREDENTIAL_HEADERS,
  OVERRIDE_HEADERS,
  passedHeaders,
  REMOVED_HEADERS,
} from './gateway-headers.ts';
import { fileOf, optionsText } from './gateway-plan.ts';
import type { GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep } from './gateway-texts.ts';

/** Traefik 3 with forwardAuth, as a file of its file provider. */
export const writeTraefik: WriteGateway = (plan) => {
  const main = `latchkey-${plan.slug}.yaml`;
  return {
    files: [fileOf(plan, { name: main, text: dynamicText(plan), language: 'yaml', holdsToken: true })],
    steps: [
      tokenStep(plan, main),
      `Let Traefik read it: \`providers.file.directory: ${plan.folder}\` in its static configuration. The entry point \`web\` has to listen on port ${String(plan.publicPort)}.`,
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'forwardAuth cannot add a header of its own to the question. The token is put on the request before it and taken off behind it: keep the three middlewares together and in this order.',
      'trustForwardHeader has to stay false unless another proxy of yours stands in front: otherwise a client chooses the path that is verified.',
      'RateLimit fields of allowed requests go to the service, not to the client: forwardAuth copies headers of the answer to the request only.',
      'Traefik hands on a request to upgrade to HTTP/2 (h2c); a service that agrees gets further requests that nobody asks about. Switch h2c off in the service.',
      'Middlewares before the first of these, such as rateLimit, refuse without asking: the request log here does not see that.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

function dynamicText(plan: GatewayPlan): string {
  const { slug, publicHost, latchkey, upstream } = plan;
  const options = optionsText(plan);
  const asked: readonly string[] = ASKED_HEADERS;
  const forged = REMOVED_HEADERS.filter(
    (header) => !asked.includes(header) && !header.startsWith('X-Latchkey-'),
  );
  const remove = (headers: readonly string[]): string =>
    headers.map((header) => `          ${header}: ""`).join('\n');
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
http:
  routers:
    ${slug}:
      rule: Host(\`${publicHost}\`)
      entryPoints: [web]
      service: ${slug}
      middlewares: [latchkey-${slug}-prepare, latchkey-${slug}, latchkey-${slug}-finish]
  services:
    ${slug}:
      loadBalancer:
        servers:
          - url: ${upstream.url}
  middlewares:
    # 1. What a client could forge goes; an empty value removes a header. The token comes.
    latchkey-${slug}-prepare:
      headers:
        customRequestHeaders:
${remove(forged)}
          X-Latchkey-Options: ${JSON.stringify(options ?? '')}
          X-Latchkey-Service: ${TOKEN_PLACEHOLDER}
    # 2. The question.
    latchkey-${slug}:
      forwardAuth:
        address: ${latchkey.url}/forward-auth/generic
        trustForwardHeader: false
        authRequestHeaders: [${[...ASKED_HEADERS, 'X-Latchkey-Service', 'X-Latchkey-Options'].join(', ')}]
        authResponseHeaders: [${passedHeaders(plan).join(', ')}]
    # 3. The key and the token end here.
    latchkey-${slug}-finish:
      headers:
        customRequestHeaders:
${remove([...CREDENTIAL_HEADERS, ...OVERRIDE_HEADERS])}
`;
}
