import type { ReactNode } from 'react';
import { AsyncRegion } from './async-region.tsx';
import { WithInspector } from './inspector.tsx';
import styles from './list-page.module.css';
import { SkeletonLines } from './states.tsx';
import type { Column } from './table-column.ts';
import { VirtualTable } from './virtual-table.tsx';

/** The pages that a query has fetched so far. What the hooks for lists answer fits. */
interface ListQuery<Row> {
  readonly data:
    { readonly pages: readonly { readonly items: readonly Row[]; readonly total: number }[] } | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly isPlaceholderData: boolean;
  readonly refetch: () => unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

interface ListWithInspectorProps<Row> {
  readonly query: ListQuery<Row>;
  /** In "… could not be loaded": "The handoffs". */
  readonly subject: string;
  /** The list's own name: "Handoffs". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly rowHeightPx: number;
  readonly selectedKey: string | null;
  readonly onSelect: (row: Row) => void;
  readonly marks?: {
    readonly keys: ReadonlySet<string>;
    readonly mark: (row: Row, isRange: boolean) => void;
  };
  /** Filters, and what can be done with marked rows. */
  readonly above: ReactNode;
  readonly empty: ReactNode;
  /** Of the selected row; null when nothing is selected. */
  readonly inspector: ReactNode;
}

/** Rows that have been fetched, in their order. */
export function rowsOf<Row>({ data }: Pick<ListQuery<Row>, 'data'>): readonly Row[] {
  return data?.pages.flatMap(({ items }) => items) ?? [];
}

/** A list that fetches on as one scrolls, what narrows it above, and the selected row beside it. Fills the height it is given. */
export function ListWithInspector<Row>(props: ListWithInspectorProps<Row>) {
  const { query, subject, label, columns, rowKey, rowHeightPx } = props;
  const { selectedKey, onSelect, marks, above, empty, inspector } = props;
  return (
    <WithInspector inspector={inspector}>
      <div className={styles.view}>
        {above}
        <AsyncRegion
          query={{
            data: query.data === undefined ? undefined : rowsOf(query),
            error: query.error,
            isFetching: query.isFetching && query.isPlaceholderData,
            refetch: query.refetch,
          }}
          subject={subject}
          className={styles.region}
          skeleton={<SkeletonLines lines={12} />}
          isEmpty={(rows) => rows.length === 0}
          empty={empty}
        >
          {(rows) => (
            <VirtualTable<Row>
              label={label}
              columns={columns}
              rows={rows}
              rowCount={query.data?.pages[0]?.total ?? rows.length}
              rowKey={rowKey}
              selectedKey={selectedKey}
              onSelect={onSelect}
              onOpen={onSelect}
              {...(marks === undefined ? {} : { markedKeys: marks.keys, onMark: marks.mark })}
              onEndReached={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
              rowHeightPx={rowHeightPx}
            />
          )}
        </AsyncRegion>
      </div>
    </WithInspector>
  );
}

interface ListBarProps {
  readonly role: 'search' | 'region';
  /** What it does: "Filter handoffs". */
  readonly label: string;
  readonly children: ReactNode;
}

/** A line above a list: its filters, or what can be done with marked rows. */
export function ListBar({ role, label, children }: ListBarProps) {
  return (
    <div className={styles.bar} role={role} aria-label={label}>
      {children}
    </div>
  );
}
