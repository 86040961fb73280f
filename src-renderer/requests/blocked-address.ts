import type { Caller } from '#contract/usage.ts';

/** As many as a key's list may have. */
const ADDRESSES_MAX = 100;

/** The addresses of a list without one of them. Networks stay: one that holds the address is for people to take apart. */
export function allowedWithout(list: readonly string[], address: string): readonly string[] {
  const own = new Set([address, `${address}/32`, `${address}/128`]);
  return list.filter((entry) => !own.has(entry));
}

/** Addresses that call beside one of them, most frequent first. */
export function callerAddresses(
  callers: readonly Pick<Caller, 'clientIp'>[],
  address: string,
): readonly string[] {
  const known = callers.flatMap(({ clientIp }) =>
    clientIp === null || clientIp === address ? [] : [clientIp],
  );
  return [...new Set(known)].slice(0, ADDRESSES_MAX);
}
