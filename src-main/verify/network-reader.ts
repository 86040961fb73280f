import { parseNetwork } from '#main/domain/ip-address.ts';
import type { IpNetwork } from '#main/domain/ip-address.ts';

/** Makes a reader of lists of addresses and networks that reads a list anew only when it is another one than at the call before:
 *  settings stay the same object until they change. What is no network is left out. */
export function createNetworkReader(): (texts: readonly string[]) => readonly IpNetwork[] {
  let texts: readonly string[] = [];
  let networks: readonly IpNetwork[] = [];
  return (asked) => {
    if (asked !== texts) {
      texts = asked;
      networks = asked.map((text) => parseNetwork(text)).filter((network) => network !== null);
    }
    return networks;
  };
}
