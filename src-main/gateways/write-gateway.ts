import type { GatewayConfig, GatewayConfigInput, GatewayDialect } from '#contract/gateways.ts';
import { gatewayPlan } from './gateway-plan.ts';
import type { WriteGateway } from './gateway-plan.ts';
import { writeApache } from './write-apache.ts';
import { writeApisix } from './write-apisix.ts';
import { writeCaddy } from './write-caddy.ts';
import { writeEnvoy } from './write-envoy.ts';
import { writeHaproxy } from './write-haproxy.ts';
import { writeNginx } from './write-nginx.ts';
import { writeTraefik } from './write-traefik.ts';

const WRITERS: Record<GatewayDialect, WriteGateway> = {
  nginx: writeNginx,
  caddy: writeCaddy,
  traefik: writeTraefik,
  envoy: writeEnvoy,
  haproxy: writeHaproxy,
  apisix: writeApisix,
  apache: writeApache,
};

/** The configuration of a proxy in front of the service with this slug. The same input gives the same text; no token is in it. */
export function writeGateway(
  input: GatewayConfigInput,
  parts: { readonly slug: string; readonly serviceUrl: string },
): GatewayConfig {
  const { dialect } = input;
  return { dialect, ...WRITERS[dialect](gatewayPlan(input, parts)) };
}
