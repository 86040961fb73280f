import type { Allowed } from './decision.ts';

/** Headers for the caller of a request that passed: what is left of the limits (RateLimit fields of the
 *  IETF's draft), when the key ends, and, for the old secret of a rotation, Deprecation (RFC 9745) and Sunset (RFC 8594). */
export function passHeaders(decision: Allowed, nowMs: number): Readonly<Record<string, string>> {
  const { key, rotation } = decision;
  return {
    ...limitHeaders(decision, nowMs),
    ...(key.expiresAt === null ? {} : { 'X-Key-Expires-At': new Date(key.expiresAt).toISOString() }),
    ...(rotation === null
      ? {}
      : {
          Deprecation: `@${String(Math.floor(rotation.rotatedAt / 1_000))}`,
          Sunset: new Date(rotation.secretEndsAt).toUTCString(),
        }),
  };
}

function limitHeaders({ quota, rateLimit, rateLimits }: Allowed, nowMs: number): Record<string, string> {
  const single = rateLimit === null ? [] : [{ ...rateLimit, name: 'default' }];
  const items = (rateLimits.length > 0 ? rateLimits : single).map((one) => ({
    policy: `"${one.name}";q=${String(one.limit)};w=${seconds(one.windowMs)}`,
    state: `"${one.name}";r=${String(one.remaining)};t=${seconds(one.resetMs)}`,
  }));
  if (quota !== null) {
    // A month has no fixed length in seconds.
    const window = quota.period === 'day' ? `;w=${seconds(86_400_000)}` : '';
    const resetMs = Math.max(0, quota.resetsAt - nowMs);
    items.push({
      policy: `"quota";q=${String(quota.limit)}${window}`,
      state: `"quota";r=${String(quota.remaining)};t=${seconds(resetMs)}`,
    });
  }
  if (items.length === 0) return {};
  return {
    'RateLimit-Policy': items.map(({ policy }) => policy).join(', '),
    RateLimit: items.map(({ state }) => state).join(', '),
  };
}

function seconds(durationMs: number): string {
  return String(Math.ceil(durationMs / 1_000));
}
