import type { GatewayConfig, GatewayConfigInput, GatewayFile } from '#contract/gateways.ts';

/** What a configuration is written from: the checked input with its defaults filled in. Every text in it was let through by the
 *  contract, so that nothing in it can end a line, a string or a block of a configuration file. */
export interface GatewayPlan {
  /** Slug of the service; part of file and block names. */
  readonly slug: string;
  readonly upstream: Address;
  readonly latchkey: Address;
  readonly publicHost: string;
  readonly publicPort: number;
  /** No slash at its end. */
  readonly folder: string;
  readonly isConsumerWanted: boolean;
  readonly isLegacyWanted: boolean;
}

/** A server as `scheme://host[:port]`, in parts. */
export interface Address {
  readonly url: string;
  readonly scheme: 'http' | 'https';
  /** IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
}

/** Writes the files of one proxy, and what an operator has to do and to know. */
export type WriteGateway = (plan: GatewayPlan) => Omit<GatewayConfig, 'dialect'>;

/** Where Debian's package of each proxy keeps its configuration. */
const FOLDERS: Record<GatewayConfigInput['dialect'], string> = {
  nginx: '/etc/nginx',
  caddy: '/etc/caddy',
  traefik: '/etc/traefik',
  envoy: '/etc/envoy',
  haproxy: '/etc/haproxy',
  apisix: '/usr/local/apisix/conf',
  apache: '/etc/apache2',
};

/** Fills in the defaults. `serviceUrl` is where this server listens now. */
export function gatewayPlan(
  input: GatewayConfigInput,
  parts: { slug: string; serviceUrl: string },
): GatewayPlan {
  return {
    slug: parts.slug,
    upstream: addressOf(input.upstreamUrl),
    latchkey: addressOf(input.latchkeyUrl ?? parts.serviceUrl),
    publicHost: input.publicHost,
    publicPort: input.publicPort,
    folder: input.configFolder ?? FOLDERS[input.dialect],
    isConsumerWanted: input.consumerHeaders,
    isLegacyWanted: input.legacyRateLimitHeaders,
  };
}

/** `host:port`, as an address to connect to. */
export function hostAndPort({ host, port }: Address): string {
  return `${host}:${String(port)}`;
}

/** Is this host a name, and no address? */
export function isName(host: string): boolean {
  return !host.startsWith('[') && /[A-Za-z]/.test(host);
}

/** What X-Latchkey-Options says; null when nothing is switched on. */
export function optionsText({ isConsumerWanted, isLegacyWanted }: GatewayPlan): string | null {
  const options = [
    ...(isConsumerWanted ? ['consumer-headers'] : []),
    ...(isLegacyWanted ? ['legacy-rate-limit'] : []),
  ];
  return options.length === 0 ? null : options.join(', ');
}

/** A file below the plan's folder. */
export function fileOf(
  { folder }: GatewayPlan,
  file: Pick<GatewayFile, 'name' | 'text' | 'language'> & { readonly holdsToken?: boolean },
): GatewayFile {
  return { holdsToken: false, path: `${folder}/${file.name}`, ...file };
}

function addressOf(url: string): Address {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return {
    url: url.toLowerCase(),
    scheme,
    host: hostname,
    port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
  };
}
