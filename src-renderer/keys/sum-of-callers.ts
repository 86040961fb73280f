import type { Caller } from '#contract/usage.ts';

/** Callers of several keys, each address and program once however many keys and secrets it used; most frequent first. */
export function sumOfCallers(callers: readonly Caller[]): readonly Caller[] {
  const sums = new Map<string, Caller>();
  for (const caller of callers) {
    const who = JSON.stringify([caller.clientIp, caller.userAgent]);
    const known = sums.get(who);
    const newest = known === undefined || caller.lastAt > known.lastAt ? caller : known;
    const count = caller.count + (known?.count ?? 0);
    sums.set(who, { ...newest, keyId: null, secretVersion: null, count });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
