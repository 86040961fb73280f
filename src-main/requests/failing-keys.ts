import type { Health } from '#contract/health.ts';
import { timestampMs } from '#contract/ids.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { PrincipalRow } from '#main/sqlite/requests-principal-queries.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { CoverPart } from './cover-range.ts';
import type { Pause } from './each-stretch.ts';
import type { RevokedSecret } from './logged-health.ts';
import { principalsOf } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';
import { totalsByPrincipal } from './totals-by-principal.ts';
import { UsageCounts } from './usage-counts.ts';

const FAILING_MAX = 20;
const BUSIEST_MAX = 50;
/** Keys whose refusals are looked at secret by secret. */
const EXAMINED_MAX = 200;

/** What the roll-ups say of single keys. */
export interface KeysHealth extends Pick<Health, 'keysUsed' | 'failingKeys' | 'busiestKeys'> {
  readonly revokedSecrets: readonly RevokedSecret[];
}

interface KeyTotals {
  readonly keyId: KeyId;
  name: string;
  total: number;
  refused: number;
  readonly principals: PrincipalRow[];
}

/** Keys of a range by requests and by refusals, with the reasons of the refusals. */
export async function keysHealth(
  store: RequestsStore,
  asked: {
    readonly parts: readonly CoverPart[];
    readonly environment: 'live' | 'test' | undefined;
    readonly pause: Pause;
  },
): Promise<KeysHealth> {
  const { parts, environment, pause } = asked;
  const keys = await totalsByKey(store, { parts, environment, pause });
  const failing = keys.filter(({ refused }) => refused > 0).sort((a, b) => b.refused - a.refused);
  const examined = failing.slice(0, EXAMINED_MAX);
  return {
    keysUsed: keys.length,
    failingKeys: failing.slice(0, FAILING_MAX).map((key) => describe(store, key, parts)),
    busiestKeys: keys
      .sort((a, b) => b.total - a.total)
      .slice(0, BUSIEST_MAX)
      .map(({ keyId, name, total, refused }) => ({ keyId, name, total, refused })),
    revokedSecrets: examined.flatMap((key) => revokedSecrets(store, key, parts)),
  };
}

async function totalsByKey(
  store: RequestsStore,
  { parts, environment, pause }: Parameters<typeof keysHealth>[1],
): Promise<KeyTotals[]> {
  const totals = await totalsByPrincipal(store, { parts, principals: null, services: null, pause });
  const keys = new Map<KeyId, KeyTotals>();
  // Ascending ids: the newest name of a key is the last one.
  for (const principal of principalsOf(store.db, { environment })) {
    const counted = totals.get(principal.id);
    if (counted === undefined || counted.total === 0) continue;
    const { keyId, keyName } = principal;
    const key = keys.get(keyId) ?? { keyId, name: keyName, total: 0, refused: 0, principals: [] };
    key.name = keyName;
    key.total += counted.total;
    key.refused += counted.refused;
    key.principals.push(principal);
    keys.set(keyId, key);
  }
  return [...keys.values()];
}

function describe(
  store: RequestsStore,
  { keyId, name, principals, refused, total }: KeyTotals,
  parts: readonly CoverPart[],
): Health['failingKeys'][number] {
  const ids = principals.map(({ id }) => id);
  const counts = new UsageCounts();
  let firstRefusedMs = Number.POSITIVE_INFINITY;
  for (const { width, fromBucket, toBucket } of parts) {
    for (const cell of store.rollups.cells(width, {
      principals: ids,
      fromBucket,
      toBucket,
      services: null,
    })) {
      counts.add(cell);
      const isRefusal = cell.code !== CODE_NUMBERS.VALID && cell.total > 0;
      if (isRefusal) firstRefusedMs = Math.min(firstRefusedMs, cell.bucket * ROLLUP_MS[width]);
    }
  }
  const firstRefusedAt = firstMinute(store, ids, firstRefusedMs);
  return { keyId, name, total, refused, byCode: counts.byCode, firstRefusedAt };
}

/** The first minute with a refusal from a moment on, within its day; the moment itself where minutes are kept no more. */
function firstMinute(store: RequestsStore, principals: readonly number[], fromMs: number): TimestampMs {
  const fromBucket = fromMs / ROLLUP_MS.minute;
  const toBucket = fromBucket + ROLLUP_MS.day / ROLLUP_MS.minute;
  const minutes = store.rollups
    .cells('minute', { principals, fromBucket, toBucket, services: null })
    .filter((cell) => cell.code !== CODE_NUMBERS.VALID && cell.total > 0)
    .map((cell) => cell.bucket * ROLLUP_MS.minute);
  return timestampMs.parse(minutes.length === 0 ? fromMs : Math.min(...minutes));
}

function revokedSecrets(
  store: RequestsStore,
  { keyId, principals }: KeyTotals,
  parts: readonly CoverPart[],
): readonly RevokedSecret[] {
  return principals.flatMap(({ id, secretVersion }) => {
    let count = 0;
    for (const { width, fromBucket, toBucket } of parts) {
      for (const cell of store.rollups.cells(width, {
        principals: [id],
        fromBucket,
        toBucket,
        services: null,
      })) {
        if (cell.code === CODE_NUMBERS.REVOKED) count += cell.total;
      }
    }
    return count === 0 || secretVersion === null ? [] : [{ keyId, version: secretVersion, count }];
  });
}
