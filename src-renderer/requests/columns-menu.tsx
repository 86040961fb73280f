import { Popover } from '@base-ui/react/popover';
import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import listStyles from '#renderer/ui/list-box.module.css';
import styles from './explorer.module.css';
import { ALL_REQUEST_COLUMNS, requestColumns } from './request-columns.tsx';

interface ColumnsMenuProps {
  readonly cols: string | undefined;
  readonly isOneKey: boolean;
  /** Ids by commas, or undefined for the usual columns. */
  readonly onCols: (cols: string | undefined) => void;
}

/** Which columns the log shows, and in which order. */
export function ColumnsMenu({ cols, isOneKey, onCols }: ColumnsMenuProps) {
  const shown = requestColumns(cols, isOneKey).map(({ id }) => id);
  const hidden = ALL_REQUEST_COLUMNS.filter(({ id }) => !shown.includes(id)).map(({ id }) => id);
  const set = (ids: readonly string[]) => onCols(ids.join(','));
  const move = (id: string, by: number) => {
    const place = shown.indexOf(id) + by;
    const rest = shown.filter((other) => other !== id);
    set([...rest.slice(0, place), id, ...rest.slice(place)]);
  };
  return (
    <Popover.Root>
      <Popover.Trigger render={<Button icon={<Columns3 aria-hidden />}>Columns</Button>} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className={listStyles.positioner}>
          <Popover.Popup className={styles.columns} aria-label="Columns">
            <ul className={styles.columnList}>
              {[...shown, ...hidden].map((id) => {
                const name = ALL_REQUEST_COLUMNS.find((column) => column.id === id)?.header ?? id;
                const place = shown.indexOf(id);
                return (
                  <li key={id} className={styles.columnItem}>
                    <Checkbox
                      label={name}
                      isChecked={place !== -1}
                      onChange={(isShown) =>
                        set(isShown ? [...shown, id] : shown.filter((other) => other !== id))
                      }
                    />
                    {place !== -1 && (
                      <span className={styles.columnMoves}>
                        <IconButton
                          label={`Move ${name} up`}
                          icon={<ArrowUp aria-hidden size={14} />}
                          disabledReason={place === 0 ? 'It is the first one.' : undefined}
                          onClick={() => move(id, -1)}
                        />
                        <IconButton
                          label={`Move ${name} down`}
                          icon={<ArrowDown aria-hidden size={14} />}
                          disabledReason={place === shown.length - 1 ? 'It is the last one.' : undefined}
                          onClick={() => move(id, 1)}
                        />
                      </span>
                    )}
                  </li>
                );
              })}
            </ul>
            <Button
              disabledReason={cols === undefined ? 'These are the usual columns.' : undefined}
              onClick={() => onCols(undefined)}
            >
              Usual columns
            </Button>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
