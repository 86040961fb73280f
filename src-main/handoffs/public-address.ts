import { isInNetwork, parseAddress, parseNetwork } from '#main/domain/ip-address.ts';

/** Addresses that only this machine reaches. */
const OWN_NETWORKS = ['127.0.0.0/8', '::1/128', '0.0.0.0/32', '::/128'].map(parseNetwork);

/** Where people outside reach the public pages, or why they cannot. */
export type PublicAddress =
  | { readonly kind: 'open'; /** Without a slash at its end. */ readonly url: string }
  | { readonly kind: 'blocked'; readonly why: string };

/** Reads the setting. Only an https address of another name than this machine's own is one that a secret may go through: everything
 *  else is blocked, because a link that does not work, or that others can read on its way, is worse than none. */
export function publicAddress(setting: string | null): PublicAddress {
  if (setting === null) {
    return blocked(
      'Nobody outside reaches this server: it listens on this machine only. Put a proxy or tunnel in front of it and name its address under Settings, Server.',
    );
  }
  const url = URL.parse(setting);
  if (url === null) return blocked('The public address under Settings, Server is no address.');
  if (isOwnName(url.hostname)) {
    return blocked(
      `The public address ${url.host} leads to the recipient's own machine, not to this one. Name the address of your proxy or tunnel under Settings, Server.`,
    );
  }
  if (url.protocol !== 'https:') {
    return blocked(
      'The public address begins with http: everybody on the way could read the secret. Use one with https.',
    );
  }
  return { kind: 'open', url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

/** The origin of the address, as browsers send it; null when it is blocked. */
export function publicOrigin(setting: string | null): string | null {
  const address = publicAddress(setting);
  return address.kind === 'open' ? new URL(address.url).origin : null;
}

function blocked(why: string): PublicAddress {
  return { kind: 'blocked', why };
}

function isOwnName(hostname: string): boolean {
  const name = hostname
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = parseAddress(name);
  return (
    address !== null && OWN_NETWORKS.some((network) => network !== null && isInNetwork(address, network))
  );
}
