import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import {
  ASKED_HEADERS,
  clientHeaders,
  CREDENTIAL_HEADERS,
  OVERRIDE_HEADERS,
  passedHeaders,
  REFUSAL_HEADERS,
  REMOVED_HEADERS,
} from './gateway-headers.ts';
import { fileOf, hostAndPort, isName, optionsText } from './gateway-plan.ts';
import type { Address, GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { CA_FILE, COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep } from './gateway-texts.ts';

/** Envoy with the HTTP form of ext_authz, as a whole bootstrap file. */
export const writeEnvoy: WriteGateway = (plan) => {
  const main = `latchkey-${plan.slug}.yaml`;
  return {
    files: [fileOf(plan, { name: main, text: bootstrapText(plan), language: 'yaml', holdsToken: true })],
    steps: [
      tokenStep(plan, main),
      `Start with it: \`envoy -c ${plan.folder}/${main}\`; or take over its two filters and two clusters.`,
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'Envoy waits 200 ms for a decision unless told otherwise, and only an answer of exactly 200 lets a request pass.',
      'failure_mode_allow has to stay false: otherwise everything passes while Latchkey is down.',
      'X-API-Key reaches Latchkey only because allowed_headers names it; Authorization always does.',
      'Changes of the path by filters above ext_authz come before the question, those by the route come after it: do not rewrite the path in the route.',
      'The local_ratelimit filter, where it stands above ext_authz, refuses without asking: the request log here does not see that.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

function bootstrapText(plan: GatewayPlan): string {
  const { slug, publicHost, publicPort, latchkey, upstream } = plan;
  const asked: readonly string[] = ASKED_HEADERS;
  const forged = REMOVED_HEADERS.filter((header) => !asked.includes(header));
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
static_resources:
  listeners:
    - name: ${slug}
      address: { socket_address: { address: 0.0.0.0, port_value: ${String(publicPort)} } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: ${slug}
                use_remote_address: true
                # The path goes on exactly as it was verified.
                normalize_path: false
                merge_slashes: false
                common_http_protocol_options: { headers_with_underscores_action: REJECT_REQUEST }
                # What a client could forge goes before the question.
                early_header_mutation_extensions:
                  - name: envoy.http.early_header_mutation.header_mutation
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation
                      mutations:
${forged.map((header) => `                        - remove: ${header.toLowerCase()}`).join('\n')}
                http_filters:
${askText(plan)}
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  virtual_hosts:
                    - name: ${slug}
                      domains: ["${publicHost}", "${publicHost}:${String(publicPort)}"]
                      # The key ends here.
                      request_headers_to_remove: [${[...CREDENTIAL_HEADERS, ...OVERRIDE_HEADERS].map((header) => header.toLowerCase()).join(', ')}]
                      routes:
                        - match: { prefix: "/" }
                          route: { cluster: service }
  clusters:
${clusterText('latchkey', latchkey)}
${clusterText('service', upstream)}
`;
}

function askText(plan: GatewayPlan): string {
  const { latchkey } = plan;
  const options = optionsText(plan);
  const exact = (headers: readonly string[]): string =>
    headers.map((header) => `                              - exact: ${header.toLowerCase()}`).join('\n');
  return `                  - name: envoy.filters.http.ext_authz
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
                      failure_mode_allow: false
                      status_on_error: { code: ServiceUnavailable }
                      allowed_headers:
                        patterns:
${exact([...ASKED_HEADERS, 'X-Forwarded-For']).replaceAll('      - ', '- ')}
                      http_service:
                        server_uri: { uri: ${hostAndPort(latchkey)}, cluster: latchkey, timeout: 1s }
                        path_prefix: /forward-auth/envoy
                        authorization_request:
                          headers_to_add:
                            - { key: x-latchkey-service, value: ${TOKEN_PLACEHOLDER} }
${options === null ? '' : `                            - { key: x-latchkey-options, value: "${options}" }\n`}                        authorization_response:
                          allowed_upstream_headers:
                            patterns:
${exact(passedHeaders(plan))}
                          allowed_client_headers:
                            patterns:
${exact([...REFUSAL_HEADERS, ...clientHeaders(plan), 'Content-Type'])}
                          allowed_client_headers_on_success:
                            patterns:
${exact(clientHeaders(plan))}`;
}

function clusterText(name: string, { scheme, host, port }: Address): string {
  const address = host.replaceAll(/[[\]]/g, '');
  const tls =
    scheme === 'https'
      ? `
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
${isName(host) ? `          sni: ${address}\n` : ''}          # Without this any certificate is taken.
          common_tls_context:
            validation_context:
              trusted_ca: { filename: ${CA_FILE} }
              match_typed_subject_alt_names:
                - { san_type: ${isName(host) ? 'DNS' : 'IP_ADDRESS'}, matcher: { exact: "${address}" } }`
      : '';
  return `    - name: ${name}
      type: STRICT_DNS
      connect_timeout: 1s
      load_assignment:
        cluster_name: ${name}
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: "${address}", port_value: ${String(port)} } } }${tls}`;
}
