import type { ReactNode } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './onboarding.module.css';

interface StepFormProps {
  /** A verb with its object: "Create partner". */
  readonly submitLabel: string;
  readonly isBusy: boolean;
  /** Why it cannot be sent now. */
  readonly disabledReason?: string | undefined;
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  /** Another way on, beside the button. */
  readonly beside?: ReactNode;
}

/** The form of one step: Enter sends it. */
export function StepForm(props: StepFormProps) {
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // Dialogs opened from here have forms of their own, whose events come by too.
        if (event.target === event.currentTarget) props.onSubmit();
      }}
    >
      {props.children}
      <ErrorNote error={props.error} />
      <div className={styles.bar}>
        <Button type="submit" variant="primary" isBusy={props.isBusy} disabledReason={props.disabledReason}>
          {props.submitLabel}
        </Button>
        {props.beside}
      </div>
    </form>
  );
}
