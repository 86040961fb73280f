import { isIP } from 'node:net';
import { singleAddress } from '#main/domain/client-address.ts';
import { isInNetwork, parseAddress, parseNetwork } from '#main/domain/ip-address.ts';
import type { IpNetwork } from '#main/domain/ip-address.ts';

/** Addresses and networks of a key, ready to compare with. */
export type IpList = readonly IpNetwork[];

/** `entries` such as `203.0.113.9`, `10.0.0.0/8`, `2001:db8::/32`. One that cannot be read allows nobody. */
export function createIpList(entries: readonly string[]): IpList {
  return entries.map(parseNetwork).filter((network) => network !== null);
}

/** Why a client address may not use a key that is bound to addresses, as a sentence; null when it may.
 *  An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address, and is in no network of IPv6. */
export function ipRefusal(list: IpList, clientIp: string | null): string | null {
  if (clientIp === null) return 'This key is bound to addresses and the request names no client address.';
  const address = parseAddress(clientIp);
  if (address === null) return 'This key is bound to addresses and the client address is not one.';
  if (list.some((network) => isInNetwork(address, network))) return null;
  return `${clientIp} is not one of the addresses of this key.`;
}

/** Longest text that is taken for an address: IPv6 has 45 characters, brackets, a zone or a port may be around it. */
const ADDRESS_CHARACTERS_MAX = 96;

/** A client address as a service passed it on, as it is written or else without port, brackets and zone; null when it is absent, and when it is no address, which
 *  is for the caller to refuse: see isUnreadableAddress. */
export function usableAddress(clientIp: string | null | undefined): string | null {
  if (clientIp === undefined || clientIp === null || clientIp.length > ADDRESS_CHARACTERS_MAX) return null;
  return isIP(clientIp) === 0 || clientIp.includes('%') ? singleAddress(clientIp) : clientIp;
}

/** What servers and proxies (nginx: `unix:`) tell of a client that came over a socket without addresses. */
const WITHOUT_ADDRESS: ReadonlySet<string> = new Set(['', 'unix:']);

/** Does a text from which usableAddress reads nothing say something all the same? That a client has no address is none. */
export function isUnreadableAddress(clientIp: string | null | undefined): boolean {
  return clientIp !== undefined && clientIp !== null && !WITHOUT_ADDRESS.has(clientIp.trim());
}
