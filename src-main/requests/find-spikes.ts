import { timestampMs, type KeyId } from '#contract/ids.ts';
import {
  SPIKE_GAP_MINUTES,
  SPIKE_MOST_TIMES,
  SPIKE_PAST_MINUTES,
  SPIKE_REQUESTS_MIN,
  SPIKE_WINDOW_MINUTES,
  spikeIn,
} from '#main/domain/key-spike.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { GROUP_BUCKETS, ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { RollupCell } from '#main/sqlite/rollup-cells.ts';
import type { Pause } from './each-stretch.ts';
import { principalsOf } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';

const HOUR_MINUTES = ROLLUP_MS.hour / ROLLUP_MS.minute;
const HOUR_WINDOWS = HOUR_MINUTES / SPIKE_WINDOW_MINUTES;
const DAY_HOURS = ROLLUP_MS.day / ROLLUP_MS.hour;
/** A spike that comes back within this time, or goes on, is the same one: who was told of it has looked by then. */
export const SPIKE_COOL_DOWN_MS = 6 * ROLLUP_MS.hour;
/** Newest spikes that are kept. */
const SPIKES_KEPT = 500;
/** Principals whose keys are looked up in one turn: a few ms. */
const TURN_PRINCIPALS = 500;
/** Attempts with a key that works no more are no use of it: whoever contained a leak is not told of it again. */
const ENDED: ReadonlySet<number> = new Set([
  CODE_NUMBERS.REVOKED,
  CODE_NUMBERS.SUSPENDED,
  CODE_NUMBERS.EXPIRED,
]);

/** Looks for keys that did far more in the last ten full minutes than they usually do, and keeps what it found: whether there was any.
 *  Reads roll-ups only, of keys that were used in those minutes. Throws SqliteError. */
export async function findSpikes(store: RequestsStore, nowMs: number, pause: Pause): Promise<boolean> {
  const toMinute = Math.floor(nowMs / ROLLUP_MS.minute);
  let isFound = false;
  for (const keyId of await busyKeys(store, toMinute, pause)) {
    isFound = (await look(store, keyId, toMinute, pause)) || isFound;
    await pause();
  }
  return isFound;
}

/** Keys that may have been used often enough: those that were, and others with as much in the hour. Counts in the file and in memory are
 *  read in one turn: a fold in between would move some of them. */
async function busyKeys(store: RequestsStore, toMinute: number, pause: Pause): Promise<readonly KeyId[]> {
  const fromMinute = toMinute - SPIKE_WINDOW_MINUTES;
  const sums = new Map<number, number>();
  const add = (principalId: number, total: number): void => {
    sums.set(principalId, (sums.get(principalId) ?? 0) + total);
  };
  store.rollups.addOpenTotals(fromMinute, toMinute, () => true, add);
  const endGroup = Math.ceil(toMinute / GROUP_BUCKETS.minute);
  for (let group = Math.floor(fromMinute / GROUP_BUCKETS.minute); group < endGroup; group += 1) {
    for (const { principalId, total } of store.db.rollups.minute.totals(group)) add(principalId, total);
  }
  const keys = new Map<KeyId, number>();
  let seen = 0;
  for (const [principalId, total] of sums) {
    seen += 1;
    if (seen % TURN_PRINCIPALS === 0) await pause();
    // Whole environments have no key.
    const keyId = store.db.dimensions.secretOf(principalId)?.keyId;
    if (keyId !== undefined) keys.set(keyId, (keys.get(keyId) ?? 0) + total);
  }
  return [...keys].filter(([, total]) => total >= SPIKE_REQUESTS_MIN).map(([keyId]) => keyId);
}

async function look(store: RequestsStore, keyId: KeyId, toMinute: number, pause: Pause): Promise<boolean> {
  const rows = principalsOf(store.db, { keyId });
  const newest = rows.at(-1);
  if (newest === undefined) return false;
  const principals = rows.map(({ id }) => id);
  const windowFrom = toMinute - SPIKE_WINDOW_MINUTES;
  const requests = countIn(store, 'minute', { principals, from: windowFrom, to: toMinute }, () => undefined);
  if (requests < SPIKE_REQUESTS_MIN) return false;
  if (hasBusyHour(store, principals, { requests, windowFrom })) return false;
  const from = windowFrom - SPIKE_GAP_MINUTES - SPIKE_PAST_MINUTES;
  const minutes = new Float64Array(toMinute - from);
  for (let at = from; at < toMinute; at += DAY_HOURS * HOUR_MINUTES) {
    const to = Math.min(at + DAY_HOURS * HOUR_MINUTES, toMinute);
    countIn(store, 'minute', { principals, from: at, to }, ({ bucket, total }) => {
      minutes[bucket - from] = (minutes[bucket - from] ?? 0) + total;
    });
    await pause();
  }
  const spike = spikeIn(minutes);
  if (spike === null) return false;
  const { keyName, environment } = newest;
  store.db.transaction(() => {
    store.db.spikes.save(
      { ...spike, keyId, keyName, environment, at: timestampMs.parse(toMinute * ROLLUP_MS.minute) },
      SPIKE_COOL_DOWN_MS,
    );
    store.db.spikes.keep(SPIKES_KEPT);
  });
  return true;
}

/** Was there an hour in the week whose busiest ten minutes are certainly too many for a spike? Nearly every busy key has one on the day
 *  before, and nothing more is read of it. */
function hasBusyHour(
  store: RequestsStore,
  principals: readonly number[],
  { requests, windowFrom }: { readonly requests: number; readonly windowFrom: number },
): boolean {
  const end = Math.floor((windowFrom - SPIKE_GAP_MINUTES) / HOUR_MINUTES);
  const start = Math.ceil((windowFrom - SPIKE_GAP_MINUTES - SPIKE_PAST_MINUTES) / HOUR_MINUTES);
  for (let to = end; to > start; to -= DAY_HOURS) {
    const hours = new Map<number, number>();
    const from = Math.max(start, to - DAY_HOURS);
    countIn(store, 'hour', { principals, from, to }, ({ bucket, total }) => {
      hours.set(bucket, (hours.get(bucket) ?? 0) + total);
    });
    const most = Math.max(0, ...hours.values());
    if ((most / HOUR_WINDOWS) * SPIKE_MOST_TIMES >= requests) return true;
  }
  return false;
}

function countIn(
  store: RequestsStore,
  width: RollupWidth,
  range: { readonly principals: readonly number[]; readonly from: number; readonly to: number },
  each: (cell: RollupCell) => void,
): number {
  const { principals, from: fromBucket, to: toBucket } = range;
  let sum = 0;
  for (const cell of store.rollups.cells(width, { principals, fromBucket, toBucket, services: null })) {
    if (ENDED.has(cell.code)) continue;
    each(cell);
    sum += cell.total;
  }
  return sum;
}
