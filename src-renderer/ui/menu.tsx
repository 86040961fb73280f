import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import type { ActionId } from '#contract/actions.ts';
import { classNames } from './class-names.ts';
import styles from './menu.module.css';
import { useShownShortcut } from './shortcut-context.ts';

/** One action of a menu. */
export interface MenuAction {
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
  readonly tone?: 'danger' | undefined;
  /** Why it is not possible now: shown under the label. */
  readonly disabledReason?: string | undefined;
  /** The action of the catalogue that it is: its shortcut stands beside it. */
  readonly action?: ActionId | undefined;
}

/** Where a menu without a button opens: at an element, or at what has its own place, as a pointer has. */
export type MenuAnchor = Element | { readonly getBoundingClientRect: () => DOMRect };

interface MenuProps {
  /** The button that opens it; without one, see `anchor`. */
  readonly trigger?: ReactElement;
  /** The element or point at which the menu is open; null while it is closed. For one menu that serves many rows. */
  readonly anchor?: MenuAnchor | null;
  /** Asked to close, when the menu has an anchor. */
  readonly onClose?: () => void;
  readonly actions: readonly (MenuAction | 'separator')[];
  readonly align?: 'start' | 'end';
}

/** A list of actions behind a button. */
export function Menu({ trigger, anchor, onClose, actions, align = 'end' }: MenuProps) {
  const control =
    anchor === undefined
      ? {}
      : { open: anchor !== null, onOpenChange: (isOpen: boolean) => !isOpen && onClose?.() };
  return (
    <Base.Root {...control}>
      {trigger !== undefined && <Base.Trigger render={trigger} />}
      <Base.Portal role="region" aria-label="Menu">
        <Base.Positioner
          sideOffset={4}
          align={align}
          className={styles.positioner}
          {...(anchor === undefined ? {} : { anchor })}
        >
          <Base.Popup className={styles.popup}>
            {actions.map((action, index) =>
              action === 'separator' ? (
                <Base.Separator key={`separator-${String(index)}`} className={styles.separator} />
              ) : (
                <Base.Item
                  key={action.label}
                  className={classNames(styles.item, action.tone === 'danger' && styles.danger)}
                  disabled={action.disabledReason !== undefined}
                  onClick={action.onSelect}
                >
                  <span className={styles.icon}>{action.icon}</span>
                  <span>
                    {action.label}
                    {action.disabledReason !== undefined && (
                      <span className={styles.reason}>{action.disabledReason}</span>
                    )}
                  </span>
                  <MenuKeys action={action.action} />
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuKeys({ action }: Pick<MenuAction, 'action'>) {
  const shortcut = useShownShortcut(action);
  return shortcut === null ? null : <kbd className={styles.keys}>{shortcut.text}</kbd>;
}
