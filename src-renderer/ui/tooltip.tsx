import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import type { ActionId } from '#contract/actions.ts';
import { useShownShortcut } from './shortcut-context.ts';
import styles from './tooltip.module.css';

interface TooltipProps {
  readonly content: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** The action that the control runs: its shortcut stands beside the text. */
  readonly action?: ActionId | undefined;
  /** One element that takes a ref and props; it needs a name of its own, the tooltip only adds to it. */
  readonly children: ReactElement;
}

/** A short text beside a control while it is pointed at or focused. */
export function Tooltip({ content, side = 'bottom', action, children }: TooltipProps) {
  const shortcut = useShownShortcut(action);
  return (
    <Base.Root
      onOpenChange={(_isOpen, details) => {
        // A tooltip is no layer of its own: Esc closes what lies below it too.
        if (details.reason === 'escape-key') details.allowPropagation();
      }}
    >
      <Base.Trigger
        render={children}
        {...(shortcut === null ? {} : { 'aria-keyshortcuts': shortcut.aria })}
      />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={styles.positioner}>
          <Base.Popup className={styles.popup} role="tooltip">
            {content}
            {shortcut !== null && <kbd className={styles.keys}>{shortcut.text}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Lets neighbouring tooltips follow each other without delay. Once, around the application. */
export const TooltipProvider = Base.Provider;
