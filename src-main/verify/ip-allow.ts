import { isIP } from 'node:net';
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

/** Longest text that is taken for an address: IPv6 has 45 characters, a zone may follow. */
const ADDRESS_CHARACTERS_MAX = 64;

/** A client address as a service passed it on; null when it is absent or no address, which is the same to us. */
export function usableAddress(clientIp: string | null | undefined): string | null {
  if (clientIp === undefined || clientIp === null || clientIp.length > ADDRESS_CHARACTERS_MAX) return null;
  return isIP(clientIp) === 0 ? null : clientIp;
}
