import type { HandlerInput } from '#contract/contract.ts';
import { BAD_CREDENTIAL_CODES, HEALTH_RANGES } from '#contract/health.ts';
import type { Health } from '#contract/health.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UsageBucket } from '#contract/usage.ts';
import { binUpperEdge } from '#main/domain/histogram.ts';
import { coverRange } from './cover-range.ts';
import { keysHealth } from './failing-keys.ts';
import type { Pause } from './each-stretch.ts';
import type { LoggedHealth } from './logged-health.ts';
import { rollupPrincipals } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';
import { UsageCounts } from './usage-counts.ts';
import { usageSeries } from './usage-series.ts';

/** Figures of verification up to `nowMs` from roll-ups. */
export async function usageHealth(
  store: RequestsStore,
  { range, environment }: HandlerInput<'usage.health'>,
  nowMs: number,
  pause: Pause,
): Promise<LoggedHealth> {
  const { bucketMs, rangeMs } = HEALTH_RANGES[range];
  const from = timestampMs.parse(nowMs - rangeMs);
  const to = timestampMs.parse(nowMs);
  // One more: the minute that is not over counts too.
  const parts = coverRange(from, nowMs + 1, store.floors());
  const owner = environment === undefined ? {} : { environment };
  const counts = new UsageCounts();
  const principals = rollupPrincipals(store.db, owner);
  for (const { width, fromBucket, toBucket } of parts) {
    for (const cell of store.rollups.cells(width, { principals, fromBucket, toBucket, services: null })) {
      counts.add(cell);
    }
  }
  const series = usageSeries(store, { ...owner, from, to: timestampMs.parse(nowMs + 1), bucketMs });
  const { revokedSecrets, ...keys } = await keysHealth(store, { parts, environment, pause });
  const health = {
    from,
    to,
    bucketMs,
    ...figuresOf(counts),
    series: series.map(({ bucketStart, byCode, latencyUs, total }) => ({
      bucketStart,
      total,
      good: byCode.VALID ?? 0,
      bad: badOf(byCode),
      limited: (byCode.RATE_LIMITED ?? 0) + (byCode.QUOTA_EXCEEDED ?? 0),
      latencyUs,
    })),
    ...keys,
  };
  return { health, revokedSecrets };
}

function figuresOf(
  counts: UsageCounts,
): Pick<Health, 'total' | 'auth' | 'latencyUs' | 'latencyBins' | 'limits'> {
  const { byCode, latencyUs, total } = counts;
  const good = byCode.VALID ?? 0;
  const bad = badOf(byCode);
  const rateLimited = byCode.RATE_LIMITED ?? 0;
  const quotaExceeded = byCode.QUOTA_EXCEEDED ?? 0;
  const unknown = (byCode.MISSING_KEY ?? 0) + (byCode.MALFORMED ?? 0) + (byCode.NOT_FOUND ?? 0);
  return {
    total,
    auth: {
      good,
      bad,
      rate: good + bad === 0 ? null : good / (good + bad),
      unknown,
      withdrawn: bad - unknown,
      rotation: 0,
    },
    latencyUs,
    latencyBins: doublings(counts.latencyBins),
    limits: {
      rateLimited,
      quotaExceeded,
      share: total === 0 ? 0 : (rateLimited + quotaExceeded) / total,
    },
  };
}

function badOf(byCode: UsageBucket['byCode']): number {
  return BAD_CREDENTIAL_CODES.reduce((sum, code) => sum + (byCode[code] ?? 0), 0);
}

/** Bins of a histogram, four a doubling, put together to whole doublings; those before the first and after the last are left out. */
function doublings(binsAndCounts: readonly number[]): Health['latencyBins'] {
  const bins = new Map<number, number>();
  for (let index = 0; index < binsAndCounts.length; index += 2) {
    const doubling = Math.ceil(Math.log2(binUpperEdge(binsAndCounts[index] ?? 0)) - 1e-9);
    bins.set(doubling, (bins.get(doubling) ?? 0) + (binsAndCounts[index + 1] ?? 0));
  }
  if (bins.size === 0) return [];
  const first = Math.min(...bins.keys());
  const last = Math.max(...bins.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    upToUs: 2 ** (first + index),
    count: bins.get(first + index) ?? 0,
  }));
}
