import { useCallback, useMemo, useState } from 'react';
import { viewColumns, type ViewColumns } from '#contract/views.ts';
import type { Column } from './table-column.ts';

/** A column that a person may hide, move and make wider. */
export interface LaidColumn<Row> extends Column<Row> {
  /** Hidden until somebody shows it. */
  readonly isExtra?: boolean;
  /** Always there, where it is: it names the row or holds its menu. */
  readonly isFixed?: boolean;
}

/** A column as the columns menu lists it. */
export interface ColumnChoice {
  readonly id: string;
  readonly header: string;
  readonly isShown: boolean;
  readonly widthPx: number | null;
}

/** How a person has arranged the columns of a list; kept in this browser under `storageKey`. */
export interface ColumnLayout<Row> {
  /** The columns to draw, in order. */
  readonly columns: readonly LaidColumn<Row>[];
  readonly widths: ReadonlyMap<string, number>;
  /** Every column that can be arranged, in its place. */
  readonly choices: readonly ColumnChoice[];
  /** For a saved view; null = as they come. */
  readonly saved: ViewColumns | null;
  readonly change: (next: ViewColumns | null) => void;
  readonly setWidth: (id: string, widthPx: number | null) => void;
}

/** Keeps an arrangement of columns. */
export function useColumnLayout<Row>(storageKey: string, all: readonly LaidColumn<Row>[]): ColumnLayout<Row> {
  const [saved, setSaved] = useState(() => readLayout(localStorage.getItem(storageKey)));
  const change = useCallback(
    (next: ViewColumns | null) => {
      if (next === null) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, JSON.stringify(next));
      setSaved(next);
    },
    [storageKey],
  );
  const choices = useMemo(() => choicesOf(all, saved), [all, saved]);
  const columns = useMemo(() => arranged(all, choices), [all, choices]);
  const widths = useMemo(
    () => new Map(choices.flatMap(({ id, widthPx }) => (widthPx === null ? [] : [[id, widthPx] as const]))),
    [choices],
  );
  const setWidth = (id: string, widthPx: number | null) =>
    change(savedOf(choices).map((entry) => (entry.id === id ? { ...entry, widthPx } : entry)));
  return { columns, widths, choices, saved, change, setWidth };
}

/** What is kept of choices. */
export function savedOf(choices: readonly ColumnChoice[]): ViewColumns {
  return choices.map(({ id, isShown, widthPx }) => ({ id, isShown, widthPx }));
}

/** null when there is none, or none that can be read. */
export function readLayout(text: string | null): ViewColumns | null {
  if (text === null) return null;
  try {
    return viewColumns.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Written by another version, or by hand: as if it were not there.
    return null;
  }
}

/** Columns that a layout does not know come behind those it knows. */
export function choicesOf<Row>(
  all: readonly LaidColumn<Row>[],
  saved: ViewColumns | null,
): readonly ColumnChoice[] {
  const free = all.filter(({ isFixed }) => isFixed !== true);
  const known = (saved ?? []).flatMap(({ id, isShown, widthPx }) => {
    const column = free.find((candidate) => candidate.id === id);
    return column === undefined ? [] : [{ id, header: column.header, isShown, widthPx }];
  });
  const rest = free
    .filter(({ id }) => !known.some((entry) => entry.id === id))
    .map(({ id, header, isExtra }) => ({ id, header, isShown: isExtra !== true, widthPx: null }));
  return [...known, ...rest];
}

function arranged<Row>(
  all: readonly LaidColumn<Row>[],
  choices: readonly ColumnChoice[],
): readonly LaidColumn<Row>[] {
  const shown = choices.flatMap(({ id, isShown }) => {
    const column = all.find((candidate) => candidate.id === id);
    return column === undefined || !isShown ? [] : [column];
  });
  const firstFree = all.findIndex(({ isFixed }) => isFixed !== true);
  const fixed = all.filter(({ isFixed }) => isFixed === true);
  const before = fixed.filter((column) => all.indexOf(column) < firstFree);
  return [...before, ...shown, ...fixed.filter((column) => !before.includes(column))];
}
