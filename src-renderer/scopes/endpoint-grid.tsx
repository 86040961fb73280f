import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState, type KeyboardEvent } from 'react';
import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { commonState, nextCellState, setCells, type Cell } from './cell-rules.ts';
import { EndpointGridRow } from './endpoint-grid-row.tsx';
import { gridColumns, gridRows, rowCells, type GridEndpoint, type GridRow } from './endpoint-grid-rows.ts';
import styles from './endpoint-grid.module.css';
import { movedPlace } from './grid-focus.ts';
import type { ReadyRules } from './rule-verdict.ts';
import { useGridPlace } from './use-grid-place.ts';

interface EndpointGridProps {
  /** Endpoints to show, already searched. */
  readonly endpoints: readonly GridEndpoint[];
  /** All endpoints of the service: they decide which columns there are. */
  readonly catalogue: readonly GridEndpoint[];
  /** The rules that cells set. */
  readonly ownRules: readonly Rule[];
  /** Own rules and those of chosen scopes: they decide what a cell shows. */
  readonly allRules: ReadyRules;
  /** Absent: the grid only shows. */
  readonly onChange?: ((rules: readonly Rule[]) => void) | undefined;
}

const ROW_PX = 30;
const HEAD_PX = 30;
const HEIGHT_MAX_PX = 430;

/** Endpoints by group, one row a path, one column a method; each cell is not set, allowed or denied. One tab stop. */
export function EndpointGrid(props: EndpointGridProps) {
  const { endpoints, catalogue, ownRules, allRules, onChange } = props;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const columns = gridColumns(catalogue);
  const rows = gridRows(endpoints, closed);
  const size = { rowCount: rows.length, columnCount: columns.length + 1 };
  const { place, moveTo, take } = useGridPlace(size, scroller);
  // eslint-disable-next-line react-hooks/incompatible-library -- changes inside; nothing here is memoized by a compiler
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    scrollPaddingEnd: HEAD_PX,
  });

  const toggleGroup = (group: string) => setClosed(toggled(closed, group));
  const cycle = (cells: readonly Cell[]) => {
    if (cells.length > 0) onChange?.(setCells(ownRules, cells, nextCellState(commonState(ownRules, cells))));
  };
  const handleKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.altKey) return;
    const isControl = event.ctrlKey || event.metaKey;
    const row = rows[place.row];
    const method = columns[place.column - 1];
    const next = movedPlace(event.key, isControl, place, size);
    if (next !== null) {
      moveTo(next);
      virtualizer.scrollToIndex(next.row);
    } else if (isGroupName(row, place.column) && !event.shiftKey && /^( |Enter)$/.test(event.key)) {
      toggleGroup(row.group);
    } else if (event.key === ' ' && isControl) {
      cycle(method === undefined ? [] : columnCells(endpoints, method));
    } else if (event.key === ' ') {
      cycle(row === undefined ? [] : rowCells(row, event.shiftKey ? null : (method ?? null)));
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Endpoints"
      aria-rowcount={rows.length + 1}
      aria-colcount={size.columnCount}
      aria-readonly={onChange === undefined || undefined}
      data-row-count={rows.length}
      className={styles.grid}
      style={{ '--methods': String(columns.length), blockSize: heightPx(rows.length) }}
      onKeyDown={handleKey}
    >
      <GridHead columns={columns} />
      <div role="rowgroup" className={styles.body} style={{ blockSize: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <EndpointGridRow
              key={row.kind === 'group' ? `group ${row.group}` : `path ${row.group} ${row.path}`}
              {...{ row, columns, ownRules, allRules }}
              index={item.index}
              offsetPx={item.start}
              activeColumn={item.index === place.row ? place.column : null}
              isReadOnly={onChange === undefined}
              onActivate={(column) => take({ row: item.index, column })}
              onCycle={cycle}
              onToggleGroup={toggleGroup}
            />
          );
        })}
      </div>
    </div>
  );
}

function GridHead({ columns }: { readonly columns: readonly Method[] }) {
  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      <span role="columnheader">Endpoint</span>
      {columns.map((method) => (
        <span key={method} role="columnheader" className={styles.method}>
          {method}
        </span>
      ))}
    </div>
  );
}

function isGroupName(row: GridRow | undefined, column: number): row is Extract<GridRow, { kind: 'group' }> {
  return row?.kind === 'group' && column === 0;
}

function toggled(groups: ReadonlySet<string>, group: string): ReadonlySet<string> {
  const next = new Set(groups);
  if (!next.delete(group)) next.add(group);
  return next;
}

function heightPx(rowCount: number): number {
  return Math.min(HEIGHT_MAX_PX, HEAD_PX + rowCount * ROW_PX + 2);
}

function columnCells(endpoints: readonly GridEndpoint[], method: Method): readonly Cell[] {
  return endpoints
    .filter((endpoint) => endpoint.method === method)
    .map((endpoint) => ({ method, path: endpoint.path }));
}
