import type { RollupCell } from '#main/sqlite/rollup-cells.ts';

/** Cells from a bucket on by the number of their group; `cells` by bucket. */
export function cellsByGroup(
  cells: readonly RollupCell[],
  fromBucket: number,
  size: number,
): Iterable<readonly [number, readonly RollupCell[]]> {
  const [only] = cells;
  if (only !== undefined && cells.length === 1) {
    return only.bucket < fromBucket ? [] : [[Math.floor(only.bucket / size), cells]];
  }
  const groups = new Map<number, RollupCell[]>();
  for (const cell of cells) {
    if (cell.bucket < fromBucket) continue;
    const group = Math.floor(cell.bucket / size);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [cell]);
    else known.push(cell);
  }
  return groups;
}
