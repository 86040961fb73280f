import { GROUP_BUCKETS, ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { RollupCell } from '#main/sqlite/rollup-cells.ts';
import type { CoverPart } from './cover-range.ts';
import type { Pause } from './each-stretch.ts';
import type { RequestsStore } from './requests-store.ts';
import type { RollupFloors } from './rollups.ts';

/** Whose requests are added up, when (ascending, without gaps), and of which services. null = all. */
export interface TotalsQuestion {
  readonly parts: readonly CoverPart[];
  readonly principals: readonly number[] | null;
  readonly services: readonly number[] | null;
  readonly pause: Pause;
}

/** Requests of a principal, and how many of them were refused. */
interface Totals {
  total: number;
  refused: number;
}

/** Requests of each principal that has any, in no particular order. For all principals it reads a row for each of them and each hour
 *  or day of the time, in one turn: a fold in between would move counts from memory into what was read. */
export async function totalsByPrincipal(
  store: RequestsStore,
  question: TotalsQuestion,
): Promise<ReadonlyMap<number, Totals>> {
  const sums = new Map<number, Totals>();
  const add = (principalId: number, total: number, refused: number): void => {
    const known = sums.get(principalId);
    if (known === undefined) sums.set(principalId, { total, refused });
    else {
      known.total += total;
      known.refused += refused;
    }
  };
  const { parts, principals, services, pause } = question;
  const isMeant = (service: number): boolean => services === null || services.includes(service);
  if (principals !== null) {
    for (const { width, fromBucket, toBucket } of parts) {
      for (const principalId of principals) {
        const range = { principals: [principalId], fromBucket, toBucket, services };
        for (const cell of store.rollups.cells(width, range)) add(principalId, ...countsOf(cell));
      }
      await pause();
    }
    return sums;
  }
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return sums;
  const minuteAt = (width: RollupWidth, bucket: number): number =>
    (bucket * ROLLUP_MS[width]) / ROLLUP_MS.minute;
  const stored = storedGroups(parts, services !== null, store.floors());
  store.rollups.addOpenTotals(
    minuteAt(first.width, first.fromBucket),
    minuteAt(last.width, last.toBucket),
    isMeant,
    add,
  );
  for (const group of stored) {
    addGroup(store, group, isMeant, add);
  }
  await pause();
  return sums;
}

/** A group of which all counts, or those of some buckets, are meant. */
interface StoredGroup {
  readonly width: RollupWidth;
  readonly group: number;
  /** null = all. */
  readonly buckets: { readonly from: number; readonly to: number } | null;
}

function* storedGroups(
  parts: readonly CoverPart[],
  mustSeeCells: boolean,
  floors: RollupFloors,
): Generator<StoredGroup, void, void> {
  for (const { width, fromBucket, toBucket } of parts) {
    const narrower = narrowerOf(width, fromBucket, floors);
    if (narrower !== null) {
      // An hour is one group of minutes, a day one of hours.
      const buckets = mustSeeCells ? { from: 0, to: Number.POSITIVE_INFINITY } : null;
      for (let group = fromBucket; group < toBucket; group += 1) yield { width: narrower, group, buckets };
      continue;
    }
    const size = GROUP_BUCKETS[width];
    const end = Math.ceil(toBucket / size);
    for (let group = Math.floor(fromBucket / size); group < end; group += 1) {
      yield { width, group, buckets: { from: fromBucket, to: toBucket } };
    }
  }
}

function narrowerOf(width: RollupWidth, bucket: number, floors: RollupFloors): RollupWidth | null {
  if (width === 'hour') return bucket * ROLLUP_MS.hour >= floors.minuteMs ? 'minute' : null;
  return width === 'day' && bucket * ROLLUP_MS.day >= floors.hourMs ? 'hour' : null;
}

function addGroup(
  store: RequestsStore,
  { width, group, buckets }: StoredGroup,
  isMeant: (service: number) => boolean,
  add: (principalId: number, total: number, refused: number) => void,
): void {
  const queries = store.db.rollups[width];
  if (buckets === null) {
    for (const { principalId, total, refused } of queries.totals(group)) add(principalId, total, refused);
    return;
  }
  for (const { principalId, cells } of queries.groups(group)) {
    for (const cell of cells) {
      if (cell.bucket < buckets.from || cell.bucket >= buckets.to || !isMeant(cell.serviceNumber)) continue;
      add(principalId, ...countsOf(cell));
    }
  }
}

function countsOf({ code, total }: RollupCell): [total: number, refused: number] {
  // 0 is VALID.
  return [total, code === 0 ? 0 : total];
}
