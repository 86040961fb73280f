import { useCallback, useMemo, useRef, useState } from 'react';

/** Rows that a person has marked to do something with all of them. They stay marked when they scroll out of what is loaded. */
export interface MarkedRows<Row> {
  readonly rows: readonly Row[];
  readonly keys: ReadonlySet<string>;
  /** Marks or unmarks a row; with `isRange` marks all from the last one on. */
  readonly mark: (row: Row, isRange: boolean) => void;
  readonly replace: (rows: readonly Row[]) => void;
}

/** Keeps the marked ones of `rows`. */
export function useMarkedRows<Row>(rows: readonly Row[], rowKey: (row: Row) => string): MarkedRows<Row> {
  const [marked, setMarked] = useState<ReadonlyMap<string, Row>>(new Map());
  const last = useRef<string | null>(null);
  const mark = useCallback(
    (row: Row, isRange: boolean) => {
      const key = rowKey(row);
      const from = rows.findIndex((candidate) => rowKey(candidate) === last.current);
      const to = rows.findIndex((candidate) => rowKey(candidate) === key);
      last.current = key;
      setMarked((before) => {
        const next = new Map(before);
        if (isRange && from !== -1 && to !== -1) {
          for (const each of rows.slice(Math.min(from, to), Math.max(from, to) + 1))
            next.set(rowKey(each), each);
        } else if (!next.delete(key)) next.set(key, row);
        return next;
      });
    },
    [rows, rowKey],
  );
  const replace = useCallback(
    (next: readonly Row[]) => {
      last.current = null;
      setMarked(new Map(next.map((row) => [rowKey(row), row])));
    },
    [rowKey],
  );
  return useMemo(
    () => ({ rows: [...marked.values()], keys: new Set(marked.keys()), mark, replace }),
    [marked, mark, replace],
  );
}
