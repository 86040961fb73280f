import { type IpNetwork, isInNetwork, parseNetwork } from './ip-address.ts';

/** What two lists of addresses and networks have in common, in their own writing: of two of which one holds the other, the narrower.
 *  What cannot be read is in no network. */
export function commonNetworks(ones: readonly string[], others: readonly string[]): readonly string[] {
  const common = ones.flatMap((one) =>
    others.flatMap((other) => {
      const [a, b] = [parseNetwork(one), parseNetwork(other)];
      if (a === null || b === null) return [];
      if (holds(b, a)) return [one];
      return holds(a, b) ? [other] : [];
    }),
  );
  return [...new Set(common)];
}

function holds(wide: IpNetwork, narrow: IpNetwork): boolean {
  return wide.prefixBits <= narrow.prefixBits && isInNetwork(narrow, wide);
}
