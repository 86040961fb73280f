import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import {
  ASKED_HEADERS,
  clientHeaders,
  passedHeaders,
  REFUSAL_HEADERS,
  REMOVED_HEADERS,
  SOMETIMES_TOLD,
} from './gateway-headers.ts';
import { fileOf, hostAndPort, optionsText } from './gateway-plan.ts';
import type { GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep } from './gateway-texts.ts';

/** APISIX with its forward-auth plugin, as a route for the admin API. */
export const writeApisix: WriteGateway = (plan) => {
  const main = `latchkey-${plan.slug}.json`;
  return {
    files: [fileOf(plan, { name: main, text: routeText(plan), language: 'json', holdsToken: true })],
    steps: [
      tokenStep(plan, main),
      `Create the route: \`curl -X PUT http://127.0.0.1:9180/apisix/admin/routes/latchkey-${plan.slug} -H "X-API-KEY: $ADMIN_KEY" -d @${plan.folder}/${main}\`, then remove the file.`,
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'Only the headers in request_headers reach Latchkey, and only those in client_headers reach the client of a refused request: lists that were shortened break limits and challenges silently.',
      'allow_degradation has to stay false: otherwise everything passes while Latchkey is down. The timeout is 3 s by default.',
      'With request_method POST the plugin sends whole bodies along; they are ignored here.',
      'proxy-rewrite takes the key off before the service sees it. Its priority is above that of forward-auth, hence _meta.priority: without it every request lacks its key.',
      'Plugins of a higher priority, such as ip-restriction, refuse without asking: the request log here does not see that.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

function routeText(plan: GatewayPlan): string {
  const { slug, publicHost, latchkey, upstream } = plan;
  const options = optionsText(plan);
  // What is not in every answer could be forged: the plugin of older versions leaves the client's own header then.
  const passed = passedHeaders(plan).filter((header) => !SOMETIMES_TOLD.has(header));
  const route = {
    name: `latchkey-${slug}`,
    desc: `Latchkey decides about every request before it goes on to the service ${slug}.`,
    uri: '/*',
    host: publicHost,
    plugins: {
      'forward-auth': {
        uri: `${latchkey.url}/forward-auth/apisix`,
        request_method: 'GET',
        request_headers: ASKED_HEADERS,
        extra_headers: {
          'X-Latchkey-Service': TOKEN_PLACEHOLDER,
          ...(options === null ? {} : { 'X-Latchkey-Options': options }),
        },
        upstream_headers: passed,
        client_headers: [...REFUSAL_HEADERS, ...clientHeaders(plan), 'Content-Type'],
        timeout: 2_000,
        keepalive: true,
        // Shorter than the 5 s after which Latchkey closes an idle connection.
        keepalive_timeout: 4_000,
        allow_degradation: false,
        status_on_error: 503,
        _meta: { priority: 2_002 },
      },
      // Behind the question: what a client could forge and forward-auth did not set, and the key.
      'proxy-rewrite': {
        headers: { remove: REMOVED_HEADERS.filter((header) => !passed.includes(header)) },
        _meta: { priority: 1 },
      },
    },
    upstream: {
      type: 'roundrobin',
      scheme: upstream.scheme,
      nodes: { [hostAndPort(upstream)]: 1 },
    },
  };
  return `${JSON.stringify(route, null, 2)}\n`;
}
