import { Button } from './button.tsx';
import styles from './form.module.css';

interface TrialFooterProps {
  readonly isRunning: boolean;
  /** Why nothing can be tried; undefined when it can. */
  readonly trialHindrance: string | undefined;
  /** Why nothing can be imported yet. */
  readonly importHindrance: string | undefined;
  /** "Import 3 keys" */
  readonly importLabel: string;
  readonly onImport: () => void;
}

/** The buttons of an import, always in sight: submitting the form tries it, the second button does it. */
export function TrialFooter(props: TrialFooterProps) {
  const { isRunning, trialHindrance, importHindrance, importLabel, onImport } = props;
  return (
    <footer className={styles.footer} data-page-footer>
      <Button type="submit" size="large" isBusy={isRunning} disabledReason={trialHindrance}>
        Try without importing
      </Button>
      <Button
        variant="primary"
        size="large"
        isBusy={isRunning}
        disabledReason={importHindrance}
        onClick={onImport}
      >
        {importLabel}
      </Button>
    </footer>
  );
}
