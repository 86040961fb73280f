import { BLOCKED_AT_ONCE_MAX } from '#contract/blocked-sources.ts';
import type { LeakTraffic } from '#contract/leaks.ts';

/** As many as a key's list may have. */
const ADDRESSES_MAX = 100;

/** Addresses that called before the leak as well as since. */
export function knownAddresses(callers: LeakTraffic['callers']): readonly string[] {
  const known = callers.flatMap(({ clientIp, isKnown }) => (clientIp === null || !isKnown ? [] : [clientIp]));
  return [...new Set(known)].slice(0, ADDRESSES_MAX);
}

/** Addresses that called since the leak and never before, as many as can be blocked at once. */
export function newAddresses(callers: LeakTraffic['callers']): readonly string[] {
  const known = new Set(knownAddresses(callers));
  return callersToBlock(callers).filter((clientIp) => !known.has(clientIp));
}

/** Addresses of callers, as many as can be blocked at once. */
export function callersToBlock(callers: readonly { readonly clientIp: string | null }[]): readonly string[] {
  const told = callers.flatMap(({ clientIp }) => (clientIp === null ? [] : [clientIp]));
  return [...new Set(told)].slice(0, BLOCKED_AT_ONCE_MAX);
}
