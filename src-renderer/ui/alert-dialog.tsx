import { AlertDialog as Base } from '@base-ui/react/alert-dialog';
import { useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';

interface AlertDialogProps {
  readonly isOpen: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
  readonly title: ReactNode;
  /** What will happen, in a sentence or two. */
  readonly description: ReactNode;
  readonly children?: ReactNode;
  /** A verb with its object: "Revoke key". */
  readonly confirmLabel: string;
  readonly cancelLabel?: string;
  /** `danger` wears the seal: irreversible. */
  readonly tone?: 'primary' | 'danger';
  readonly isBusy?: boolean;
  readonly disabledReason?: string | undefined;
}

/** A question that must be answered before anything else. Focus starts on the safe answer. */
export function AlertDialog(props: AlertDialogProps) {
  const { isOpen, onCancel, onConfirm, title, description, children, confirmLabel } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Base.Root open={isOpen} onOpenChange={(next) => !next && onCancel()}>
      <Base.Portal>
        <Base.Backdrop forceRender className={classNames(styles.backdrop, styles.above)} />
        <Base.Viewport className={classNames(styles.viewport, styles.above)}>
          <Base.Popup className={classNames(styles.popup, styles.small)} initialFocus={cancel}>
            <header className={styles.header}>
              <Base.Title className={styles.title}>{title}</Base.Title>
            </header>
            <div className={styles.body}>
              <Base.Description className={styles.description} render={<div />}>
                {description}
              </Base.Description>
              {children}
            </div>
            <footer className={styles.footer}>
              <Button ref={cancel} onClick={onCancel}>
                {props.cancelLabel ?? 'Cancel'}
              </Button>
              <Button
                variant={props.tone ?? 'primary'}
                isBusy={props.isBusy ?? false}
                disabledReason={props.disabledReason}
                onClick={onConfirm}
              >
                {confirmLabel}
              </Button>
            </footer>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
