import { useMemo, useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeyListItem } from '#contract/keys.ts';
import { useNow } from '#renderer/format/clock.ts';
import { useColumnLayout, type ColumnLayout } from '#renderer/ui/column-layout.ts';
import type { MenuAnchor } from '#renderer/ui/menu.tsx';
import { useMarkedRows, type MarkedRows } from '#renderer/ui/use-marked-rows.ts';
import { keyColumns } from './key-columns.tsx';
import { useKeyFigures, useVisibleFigures } from './use-visible-figures.ts';

/** The row whose menu is open, and where. */
interface RowMenu {
  readonly key: KeyListItem;
  readonly anchor: MenuAnchor;
}

/** The loaded rows of the list and what a person has done with them: columns, marks, an open menu. */
export interface KeysList {
  readonly rows: readonly KeyListItem[];
  /** undefined while nothing is loaded. */
  readonly total: number | undefined;
  readonly layout: ColumnLayout<KeyListItem>;
  readonly marks: MarkedRows<KeyListItem>;
  readonly menu: RowMenu | null;
  readonly setMenu: (menu: RowMenu | null) => void;
  /** Tell it which rows are drawn: their figures are fetched. */
  readonly onDrawn: (rows: readonly KeyListItem[]) => void;
}

/** Name of a row for the table. */
export const rowKeyOf = (key: KeyListItem): string => key.keyId;

const NO_ROWS: readonly KeyListItem[] = [];

/** Keeps the state of the keys list. */
export function useKeysList(pages: readonly Output<'keys.list'>[] | undefined): KeysList {
  const nowMs = useNow(60_000);
  const figures = useKeyFigures();
  const [menu, setMenu] = useState<RowMenu | null>(null);
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? NO_ROWS, [pages]);
  // The same columns as long as possible: rows are drawn again when they change.
  const all = useMemo(
    () => keyColumns({ nowMs, figures, onMenu: (key, anchor) => setMenu({ key, anchor }) }),
    [nowMs, figures],
  );
  const layout = useColumnLayout('latchkey.keys.columns', all);
  const onDrawn = useVisibleFigures(figures, (id) => layout.columns.some((column) => column.id === id));
  const marks = useMarkedRows(rows, rowKeyOf);
  return { rows, total: pages?.[0]?.total, layout, marks, menu, setMenu, onDrawn };
}
