import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import type { GatewayPlan } from './gateway-plan.ts';

/** What holds for every proxy. */
export const COMMON_TRAPS = [
  'The address and the headers that a question carries may have 8 KB together. A client that sends more, say a user agent of 8 KB, is refused with 431 or 503.',
  'A browser asks with OPTIONS and without a key before it calls another site. Let the proxy or the service answer OPTIONS itself where pages of other sites call.',
  'Whoever reaches the service past the proxy is not asked for a key: let the service listen only where the proxy is.',
] as const;

/** For the proxies whose configuration here has no TLS. */
export const PLAIN_HTTP_TRAP =
  'The generated listener speaks plain HTTP. Add your certificate, or keys travel readable to everyone on the way.';

/** Certificates that servers behind TLS are checked against, where the proxy has to be told. */
export const CA_FILE = '/etc/ssl/certs/ca-certificates.crt';

/** The first thing to do with the file that holds the token. */
export function tokenStep({ folder }: GatewayPlan, name: string): string {
  return `Save the files in ${folder}. In ${name} put the token of the service in place of ${TOKEN_PLACEHOLDER}, and let nobody else read it: \`chmod 600 ${folder}/${name}\`.`;
}

/** Body of the answer when this server cannot be asked. */
export const UNREACHABLE_PROBLEM = JSON.stringify({
  type: 'urn:latchkey:problem:VERIFY_UNAVAILABLE',
  title: 'Verification is not possible right now',
  status: 503,
  code: 'VERIFY_UNAVAILABLE',
});

/** Body of the answer to a client that names headers of the gateway in Connection. */
export const HOP_PROBLEM = JSON.stringify({
  type: 'urn:latchkey:problem:BAD_REQUEST',
  title: 'The request cannot be understood',
  status: 400,
  code: 'BAD_REQUEST',
  detail: 'The header Connection may not name headers of the gateway.',
});
