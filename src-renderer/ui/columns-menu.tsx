import { Popover } from '@base-ui/react/popover';
import { ArrowDown, ArrowUp, ChevronsLeftRight, ChevronsRightLeft, Columns3 } from 'lucide-react';
import { Button } from './button.tsx';
import { Checkbox } from './checkbox.tsx';
import { savedOf, type ColumnChoice, type ColumnLayout } from './column-layout.ts';
import styles from './columns-menu.module.css';
import { IconButton } from './icon-button.tsx';
import listStyles from './list-box.module.css';
import { COLUMN_PX_MIN } from './table-header.tsx';

/** One press of Wider or Narrower. */
const STEP_PX = 24;
const COLUMN_PX_MAX = 1_000;

/** Which columns a list shows, in which order and how wide: all that the mouse does on the heads, for every way of pointing. */
export function ColumnsMenu<Row>({ layout }: { readonly layout: ColumnLayout<Row> }) {
  const { choices, change, setWidth } = layout;
  const move = (index: number, by: number) => {
    const next = [...savedOf(choices)];
    const [taken] = next.splice(index, 1);
    if (taken !== undefined) next.splice(index + by, 0, taken);
    change(next);
  };
  const show = (id: string, isShown: boolean) =>
    change(savedOf(choices).map((entry) => (entry.id === id ? { ...entry, isShown } : entry)));
  const resize = ({ id, widthPx }: ColumnChoice, byPx: number) => {
    const present = widthPx ?? document.querySelector(`[data-head="${id}"]`)?.getBoundingClientRect().width;
    setWidth(id, Math.min(COLUMN_PX_MAX, Math.max(COLUMN_PX_MIN, Math.round((present ?? 96) + byPx))));
  };
  return (
    <Popover.Root>
      <Popover.Trigger render={<Button icon={<Columns3 aria-hidden />}>Columns</Button>} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className={listStyles.positioner}>
          <Popover.Popup className={styles.panel} aria-label="Columns">
            <ul className={styles.list}>
              {choices.map((choice, index) => (
                <li key={choice.id} className={styles.item}>
                  <Checkbox
                    label={choice.header}
                    isChecked={choice.isShown}
                    onChange={(isShown) => show(choice.id, isShown)}
                  />
                  <span className={styles.moves}>
                    <IconButton
                      label={`Make ${choice.header} narrower`}
                      icon={<ChevronsRightLeft aria-hidden />}
                      disabledReason={choice.isShown ? undefined : 'It is hidden.'}
                      onClick={() => resize(choice, -STEP_PX)}
                    />
                    <IconButton
                      label={`Make ${choice.header} wider`}
                      icon={<ChevronsLeftRight aria-hidden />}
                      disabledReason={choice.isShown ? undefined : 'It is hidden.'}
                      onClick={() => resize(choice, STEP_PX)}
                    />
                    <IconButton
                      label={`Move ${choice.header} up`}
                      icon={<ArrowUp aria-hidden />}
                      disabledReason={index === 0 ? 'It is the first one.' : undefined}
                      onClick={() => move(index, -1)}
                    />
                    <IconButton
                      label={`Move ${choice.header} down`}
                      icon={<ArrowDown aria-hidden />}
                      disabledReason={index === choices.length - 1 ? 'It is the last one.' : undefined}
                      onClick={() => move(index, 1)}
                    />
                  </span>
                </li>
              ))}
            </ul>
            <Button
              disabledReason={layout.saved === null ? 'These are the usual columns.' : undefined}
              onClick={() => change(null)}
            >
              Usual columns
            </Button>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
