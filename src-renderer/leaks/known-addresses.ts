import type { LeakTraffic } from '#contract/leaks.ts';

/** As many as a key's list may have. */
const ADDRESSES_MAX = 100;

/** Addresses that called before the leak as well as since. */
export function knownAddresses(callers: LeakTraffic['callers']): readonly string[] {
  const known = callers.flatMap(({ clientIp, isKnown }) => (clientIp === null || !isKnown ? [] : [clientIp]));
  return [...new Set(known)].slice(0, ADDRESSES_MAX);
}
