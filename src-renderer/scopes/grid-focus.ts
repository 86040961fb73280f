/** A place in the grid. Column 0 is the name of the row, methods follow. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** How large the grid is; `columnCount` counts the name column too. */
export interface GridSize {
  readonly rowCount: number;
  readonly columnCount: number;
}

/** Rows that a page key moves. */
const PAGE_ROWS = 10;

/** Where a key leads from a place, kept inside the grid; null for keys that do not move. */
export function movedPlace(
  key: string,
  isControl: boolean,
  from: GridPlace,
  size: GridSize,
): GridPlace | null {
  const lastRow = size.rowCount - 1;
  const lastColumn = size.columnCount - 1;
  switch (key) {
    case 'ArrowDown':
      return insideGrid({ row: from.row + 1, column: from.column }, size);
    case 'ArrowUp':
      return insideGrid({ row: from.row - 1, column: from.column }, size);
    case 'ArrowRight':
      return insideGrid({ row: from.row, column: from.column + 1 }, size);
    case 'ArrowLeft':
      return insideGrid({ row: from.row, column: from.column - 1 }, size);
    case 'PageDown':
      return insideGrid({ row: from.row + PAGE_ROWS, column: from.column }, size);
    case 'PageUp':
      return insideGrid({ row: from.row - PAGE_ROWS, column: from.column }, size);
    case 'Home':
      return isControl ? { row: 0, column: 0 } : { row: from.row, column: 0 };
    case 'End':
      return isControl ? { row: lastRow, column: lastColumn } : { row: from.row, column: lastColumn };
    default:
      return null;
  }
}

/** The nearest place that exists: rows may have gone since the place was taken. */
export function insideGrid(place: GridPlace, size: GridSize): GridPlace {
  return {
    row: Math.max(0, Math.min(place.row, size.rowCount - 1)),
    column: Math.max(0, Math.min(place.column, size.columnCount - 1)),
  };
}
