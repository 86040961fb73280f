import { useLayoutEffect, useState, type FocusEvent } from 'react';

/** Tells which row has the focus, which is the table's own: rows and what is in them never have it. */
export function useFocusRow<Row>(active: Row | null, onFocusRow: ((row: Row | null) => void) | undefined) {
  const [isFocused, setFocused] = useState(false);
  const row = isFocused ? active : null;
  // Before anything is painted: the next key must find what the row offers.
  useLayoutEffect(() => onFocusRow?.(row), [row, onFocusRow]);
  return {
    onFocus: ({ target, currentTarget }: FocusEvent) => setFocused(target === currentTarget),
    onBlur: () => setFocused(false),
  };
}
