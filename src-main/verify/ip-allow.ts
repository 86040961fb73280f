import { BlockList, isIP } from 'node:net';

/** Addresses and networks of a key, ready to compare with. */
export type IpList = BlockList;

/** `entries` such as `203.0.113.9`, `10.0.0.0/8`, `2001:db8::/32`. One that cannot be read allows nobody. */
export function createIpList(entries: readonly string[]): IpList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefixText] = entry.split('/');
    const family = familyOf(address);
    if (family === null) continue;
    if (prefixText === undefined) list.addAddress(address, family);
    else if (isPrefix(prefixText, family)) list.addSubnet(address, Number(prefixText), family);
  }
  return list;
}

/** Why a client address may not use a key that is bound to addresses, as a sentence; null when it may.
 *  An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function ipRefusal(list: IpList, clientIp: string | null): string | null {
  if (clientIp === null) return 'This key is bound to addresses and the request names no client address.';
  const family = familyOf(clientIp);
  if (family === null) return 'This key is bound to addresses and the client address is not one.';
  return list.check(clientIp, family) ? null : `${clientIp} is not one of the addresses of this key.`;
}

/** Longest text that is taken for an address: IPv6 has 45 characters, a zone may follow. */
const ADDRESS_CHARACTERS_MAX = 64;

/** A client address as a service passed it on; null when it is absent or no address, which is the same to us. */
export function usableAddress(clientIp: string | null | undefined): string | null {
  if (clientIp === undefined || clientIp === null || clientIp.length > ADDRESS_CHARACTERS_MAX) return null;
  return isIP(clientIp) === 0 ? null : clientIp;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  // A zone (`fe80::1%eth0`) names an interface of one machine: it says nothing here.
  if (address.includes('%')) return null;
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}

function isPrefix(text: string, family: 'ipv4' | 'ipv6'): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= (family === 'ipv4' ? 32 : 128);
}
