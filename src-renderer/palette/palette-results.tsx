import { useEffect } from 'react';
import { useShownShortcut } from '#renderer/ui/shortcut-context.ts';
import type { PaletteEntry, PaletteGroup } from './palette-entry.ts';
import styles from './palette.module.css';

interface PaletteResultsProps {
  /** Of the palette: ids of lines begin with it. */
  readonly id: string;
  readonly groups: readonly PaletteGroup[];
  readonly active: PaletteEntry | undefined;
  readonly isFiltered: boolean;
  readonly onPoint: (entry: PaletteEntry) => void;
  readonly onChoose: (entry: PaletteEntry) => void;
}

/** What was found, group by group. The focus stays in the field, which names the active line. */
export function PaletteResults({ id, groups, active, isFiltered, onPoint, onChoose }: PaletteResultsProps) {
  useEffect(() => {
    if (active === undefined) return;
    document.getElementById(`${id}-${active.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  return (
    <div id={`${id}-list`} role="listbox" aria-label="Results" className={styles.results}>
      {groups.map(({ title, entries, note }, index) => (
        <div key={title} role="group" aria-labelledby={`${id}-group-${String(index)}`}>
          <div id={`${id}-group-${String(index)}`} role="presentation" className={styles.group}>
            {title}
          </div>
          {entries.map((entry) => (
            <div
              key={entry.id}
              id={`${id}-${entry.id}`}
              role="option"
              aria-selected={entry.id === active?.id}
              aria-disabled={entry.disabledReason !== undefined || undefined}
              className={styles.entry}
              onPointerMove={() => entry.id !== active?.id && onPoint(entry)}
              onClick={() => onChoose(entry)}
            >
              <span className={styles.label}>{entry.label}</span>
              {(entry.disabledReason ?? entry.detail) !== undefined && (
                <span className={styles.detail}>{entry.disabledReason ?? entry.detail}</span>
              )}
              <EntryKeys action={entry.action} />
            </div>
          ))}
          {note !== undefined && (
            <div role="presentation" className={styles.note}>
              {note}
            </div>
          )}
        </div>
      ))}
      {groups.length === 0 && (
        <div role="presentation" className={styles.note}>
          {isFiltered ? 'Nothing fits.' : 'Type to search.'}
        </div>
      )}
    </div>
  );
}

function EntryKeys({ action }: Pick<PaletteEntry, 'action'>) {
  const shortcut = useShownShortcut(action);
  return shortcut === null ? null : <kbd className={styles.keys}>{shortcut.text}</kbd>;
}
