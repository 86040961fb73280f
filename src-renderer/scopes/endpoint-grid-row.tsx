import { ChevronDown, ChevronRight } from 'lucide-react';
import type { Method } from '#contract/http-methods.ts';
import type { Rule } from '#contract/scopes.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { CellMark } from './cell-mark.tsx';
import { cellLook, groupLook, type CellLook } from './cell-look.ts';
import type { Cell } from './cell-rules.ts';
import { rowCells, type GridRow } from './endpoint-grid-rows.ts';
import { PathText } from '#renderer/ui/path-text.tsx';
import styles from './endpoint-grid.module.css';
import type { ReadyRules } from './rule-verdict.ts';

interface EndpointGridRowProps {
  readonly row: GridRow;
  readonly columns: readonly Method[];
  readonly ownRules: readonly Rule[];
  readonly allRules: ReadyRules;
  readonly index: number;
  readonly offsetPx: number;
  /** The column that has the tab stop, or null when it is in another row. */
  readonly activeColumn: number | null;
  readonly isReadOnly: boolean;
  readonly onActivate: (column: number) => void;
  readonly onCycle: (cells: readonly Cell[]) => void;
  readonly onToggleGroup: (group: string) => void;
}

/** One row of the endpoint grid: the head of a group or one path. */
export function EndpointGridRow(props: EndpointGridRowProps) {
  const { row, columns, index, offsetPx, activeColumn, onActivate, onToggleGroup } = props;
  const nameProps = {
    role: 'rowheader',
    tabIndex: activeColumn === 0 ? 0 : -1,
    'data-place': `${String(index)}:0`,
    onFocus: () => onActivate(0),
  } as const;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classNames(styles.row, row.kind === 'group' && styles.group)}
      style={{ transform: `translateY(${String(offsetPx)}px)` }}
    >
      {row.kind === 'group' ? (
        <span
          {...nameProps}
          aria-expanded={row.isOpen}
          className={styles.groupName}
          onClick={() => onToggleGroup(row.group)}
        >
          {row.isOpen ? <ChevronDown aria-hidden size={14} /> : <ChevronRight aria-hidden size={14} />}
          {row.group}
          <span className={styles.groupCount}>{row.cells.length}</span>
        </span>
      ) : (
        <span {...nameProps} className={styles.path} title={row.path}>
          <PathText path={row.path} />
        </span>
      )}
      {columns.map((method, at) => (
        <GridCell key={method} {...props} method={method} column={at + 1} />
      ))}
    </div>
  );
}

function GridCell(props: EndpointGridRowProps & { readonly method: Method; readonly column: number }) {
  const { row, method, column, index, activeColumn, isReadOnly, onActivate, onCycle } = props;
  const cells = rowCells(row, method);
  const focus = {
    tabIndex: activeColumn === column ? 0 : -1,
    'data-place': `${String(index)}:${String(column)}`,
    onFocus: () => onActivate(column),
  };
  if (cells.length === 0) {
    const label =
      row.kind === 'group' ? `No ${method} in ${row.group}` : `${method} ${row.path}: not in the catalogue`;
    return (
      <span role="gridcell" aria-label={label} className={styles.cell} {...focus}>
        <span aria-hidden className={styles.absent} />
      </span>
    );
  }
  const look = lookOf(props, cells);
  return (
    <span role="gridcell" className={styles.cell}>
      <span
        role="checkbox"
        aria-checked={look.checked}
        aria-readonly={isReadOnly || undefined}
        aria-label={look.label}
        title={look.label}
        className={styles.box}
        {...focus}
        onClick={() => onCycle(cells)}
      >
        <CellMark name={look.mark} />
      </span>
    </span>
  );
}

function lookOf({ row, ownRules, allRules }: EndpointGridRowProps, cells: readonly Cell[]): CellLook {
  const [first] = cells;
  if (row.kind === 'path' && first !== undefined) {
    return cellLook(ownRules, allRules, first, row.methods.get(first.method) ?? '');
  }
  return groupLook(ownRules, allRules, cells, row.group);
}
