import type { DatabaseHandle } from './open-database.ts';
import { CellWriter, decodeCells, encodeCells, type RollupCell } from './rollup-cells.ts';

/** Widths of the buckets that requests are counted in. */
export const ROLLUP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type RollupWidth = keyof typeof ROLLUP_MS;
export const ROLLUP_WIDTHS: readonly RollupWidth[] = ['minute', 'hour', 'day'];

/** How many buckets of a width are kept together, as one group: the minutes of an hour, the hours of a day, 32 days. */
export const GROUP_BUCKETS: Readonly<Record<RollupWidth, number>> = { minute: 60, hour: 24, day: 32 };

/** Principals are below this; ids of groups are `group * PRINCIPALS_MAX + principal`. */
export const PRINCIPALS_MAX = 2 ** 32;

/** One group of one principal. */
export interface RollupGroup {
  /** First bucket / GROUP_BUCKETS. */
  readonly group: number;
  readonly principalId: number;
  /** In the order of mergeCells. */
  readonly cells: readonly RollupCell[];
}

/** Sums over a whole group. */
export interface GroupTotals {
  readonly principalId: number;
  readonly total: number;
  readonly refused: number;
}

// Charts, searches and folding; primary key.
const GET = (width: RollupWidth) => `SELECT cells FROM rollups_${width} WHERE id = ?`;

// Folding, once a group and principal; primary key.
const PUT = (width: RollupWidth) => `
  INSERT INTO rollups_${width} (id, total, refused, cells)
  VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE
  SET total = excluded.total, refused = excluded.refused, cells = excluded.cells`;

// Folding, for a group and principal that probably have no row yet; primary key.
const ADD_NEW = (width: RollupWidth) => `
  INSERT INTO rollups_${width} (id, total, refused, cells)
  VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

// Top keys; one range of the primary key. The cells are not read: they stand at the end of the row.
const TOTALS = (width: RollupWidth) => `
  SELECT id, total, refused
  FROM rollups_${width}
  WHERE id >= ? AND id < ?`;

// Top keys of a part of a group or of one service; one range of the primary key.
const GROUPS = (width: RollupWidth) => `
  SELECT id, cells
  FROM rollups_${width}
  WHERE id >= ? AND id < ?`;

// Retention: where a chunk of the oldest groups ends; primary key.
const ID_AFTER = (width: RollupWidth) => `
  SELECT id
  FROM rollups_${width}
  ORDER BY id
  LIMIT 1 OFFSET ?`;

// Retention, one chunk; primary key.
const REMOVE = (width: RollupWidth) => `DELETE FROM rollups_${width} WHERE id < ?`;

// Retention; primary key.
const OLDEST = (width: RollupWidth) => `SELECT MIN(id) AS id FROM rollups_${width}`;

/** Statements on the roll-ups of one width. */
export type RollupQueries = ReturnType<typeof createRollupQueries>;
/** Statements on all three roll-up tables. */
export type RequestsRollupQueries = Readonly<Record<RollupWidth, RollupQueries>>;

/** Prepares them. */
export function createRequestsRollupQueries(handle: DatabaseHandle): RequestsRollupQueries {
  return {
    minute: createRollupQueries(handle, 'minute'),
    hour: createRollupQueries(handle, 'hour'),
    day: createRollupQueries(handle, 'day'),
  };
}

function createRollupQueries(handle: DatabaseHandle, width: RollupWidth) {
  const get = handle.prepare<[number], { cells: Buffer }>(GET(width));
  const put = handle.prepare<[number, number, number, Buffer]>(PUT(width));
  const addNew = handle.prepare<[number, number, number, Buffer]>(ADD_NEW(width));
  const totals = handle.prepare<[number, number], { id: number; total: number; refused: number }>(
    TOTALS(width),
  );
  const groups = handle.prepare<[number, number], { id: number; cells: Buffer }>(GROUPS(width));
  const idAfter = handle.prepare<[number], { id: number }>(ID_AFTER(width));
  const remove = handle.prepare<[number]>(REMOVE(width));
  const oldest = handle.prepare<[], { id: number | null }>(OLDEST(width));
  const firstBucket = (group: number): number => group * GROUP_BUCKETS[width];
  const writer = new CellWriter();
  const run = (statement: typeof put, { group, principalId, cells }: RollupGroup): number => {
    let [total, valid] = [0, 0];
    for (const cell of cells) {
      total += cell.total;
      // 0 is VALID.
      if (cell.code === 0) valid += cell.total;
    }
    const bytes = encodeCells(cells, firstBucket(group), writer);
    return statement.run(group * PRINCIPALS_MAX + principalId, total, total - valid, bytes).changes;
  };
  return {
    /** Cells of one group of one principal, in the order of mergeCells; empty when there are none. */
    cells: (group: number, principalId: number): RollupCell[] => {
      const row = get.get(group * PRINCIPALS_MAX + principalId);
      return row === undefined ? [] : decodeCells(row.cells, firstBucket(group));
    },
    put: (group: RollupGroup): void => void run(put, group),
    /** Writes a group if it has no row; whether it did. */
    addNew: (group: RollupGroup): boolean => run(addNew, group) > 0,
    /** Sums of every principal that has cells in the group, ascending. */
    totals: (group: number): readonly GroupTotals[] =>
      totals
        .all(group * PRINCIPALS_MAX, (group + 1) * PRINCIPALS_MAX)
        .map(({ id, ...sums }) => ({ principalId: id % PRINCIPALS_MAX, ...sums })),
    /** Every principal's cells in the group, by principal, ascending. */
    groups: (group: number): readonly RollupGroup[] =>
      groups.all(group * PRINCIPALS_MAX, (group + 1) * PRINCIPALS_MAX).map(({ id, cells }) => ({
        group,
        principalId: id % PRINCIPALS_MAX,
        cells: decodeCells(cells, firstBucket(group)),
      })),
    /** Removes up to `count` of the oldest rows below a group; whether any are left there. */
    removeBefore: (group: number, count: number): boolean => {
      const end = group * PRINCIPALS_MAX;
      const next = idAfter.get(count)?.id ?? end;
      remove.run(Math.min(next, end));
      return next < end;
    },
    oldestGroup: (): number | null => {
      const id = oldest.get()?.id ?? null;
      return id === null ? null : Math.floor(id / PRINCIPALS_MAX);
    },
    plans: () => plansOf(handle, width),
  };
}

/** How each of the statements is carried out, a line a step; for tests. */
function plansOf(handle: DatabaseHandle, width: RollupWidth): Readonly<Record<string, readonly string[]>> {
  const planOf = (text: string): readonly string[] => {
    const values = Array.from({ length: text.split('?').length - 1 }, () => 0);
    const steps = handle.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...values);
    return steps.map((step) => step.detail);
  };
  const texts = Object.entries({ GET, PUT, ADD_NEW, TOTALS, GROUPS, ID_AFTER, REMOVE, OLDEST });
  return Object.fromEntries(texts.map(([name, text]) => [name, planOf(text(width))]));
}
