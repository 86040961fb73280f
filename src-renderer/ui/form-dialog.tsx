import { useId, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './dialog.module.css';
import { ErrorNote } from './states.tsx';

interface FormDialogProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** A verb with its object: "Create partner". */
  readonly submitLabel: string;
  /** It cannot be taken back for good: the button wears the seal. */
  readonly isFinal?: boolean;
  readonly isBusy: boolean;
  /** Why it cannot be sent now. */
  readonly disabledReason?: string | undefined;
  /** Why the last try was refused, beside what stands at the fields. */
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that is one form: Enter sends it, Esc leaves it. Mounted only while open, so that it always starts fresh. */
export function FormDialog(props: FormDialogProps) {
  const formId = useId();
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size={props.size ?? 'medium'}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            variant={props.isFinal === true ? 'danger' : 'primary'}
            type="submit"
            form={formId}
            isBusy={props.isBusy}
            disabledReason={props.disabledReason}
          >
            {props.submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        {props.children}
        <ErrorNote error={props.error} />
      </form>
    </Dialog>
  );
}
