import { useEffect, useRef } from 'react';
import { classNames } from '#renderer/ui/class-names.ts';
import type { Completion } from './query-completion.ts';
import styles from './query-bar.module.css';

interface CompletionPopupProps {
  /** The list is `id-list`, its entries `id-0`, `id-1` … */
  readonly id: string;
  readonly entries: readonly Completion[];
  /** -1 = none. */
  readonly active: number;
  readonly onChoose: (entry: Completion) => void;
  readonly onPoint: (index: number) => void;
}

/** What the query bar offers for the word at the caret. The bar keeps the focus. */
export function CompletionPopup({ id, entries, active, onChoose, onPoint }: CompletionPopupProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={list} id={`${id}-list`} role="listbox" aria-label="Completions" className={styles.popup}>
      {entries.map((entry, index) => (
        <li
          key={`${entry.insert} ${entry.detail}`}
          id={`${id}-${String(index)}`}
          role="option"
          aria-selected={index === active}
          className={classNames(styles.entry, index === active && styles.active)}
          // The press, not the click: by then the bar would have lost the focus and closed the list.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(entry);
          }}
          onPointerMove={() => onPoint(index)}
        >
          <span className={styles.entryLabel}>{entry.label}</span>
          <span className={styles.entryDetail}>{entry.detail}</span>
        </li>
      ))}
    </ul>
  );
}
