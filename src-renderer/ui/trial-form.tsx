import type { ReactNode } from 'react';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from './button.tsx';
import styles from './form.module.css';
import type { Trial } from './use-trial.ts';

interface TrialFormProps<Result> {
  readonly trial: Trial<Result>;
  readonly isRunning: boolean;
  /** Why this person may not import at all. */
  readonly forbidden: string | undefined;
  /** Why nothing can be tried yet; undefined when it can. */
  readonly hindrance?: string | undefined;
  /** What is imported: `key`. */
  readonly noun: string;
  /** How many of them the import would write. */
  readonly countOf: (found: Result) => number;
  /** Why an import that would write none is not done. */
  readonly noneWords: string;
  /** What the trial found. */
  readonly preview: (found: Result) => ReactNode;
  readonly onDone: (result: Result) => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** The form of an import, its buttons always in sight: submitting it tries, which shows what would happen; then the second button does it. */
export function TrialForm<Result>(props: TrialFormProps<Result>) {
  const { trial, isRunning, forbidden, noun, preview, children } = props;
  const { found } = trial;
  const written = found === null ? 0 : props.countOf(found);
  const hindrance = forbidden ?? props.hindrance;
  const importNow = async () => {
    const result = await trial.importNow();
    if (result !== null) props.onDone(result);
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (hindrance === undefined) void trial.tryIt();
      }}
    >
      {children}
      <div role="status">{found !== null && preview(found)}</div>
      <footer className={styles.footer} data-page-footer>
        <Button type="submit" size="large" isBusy={isRunning} disabledReason={hindrance}>
          Try without importing
        </Button>
        <Button
          variant="primary"
          size="large"
          isBusy={isRunning}
          disabledReason={
            forbidden ??
            (found === null ? 'Try it first: that shows what each line would do.' : undefined) ??
            (written === 0 ? props.noneWords : undefined)
          }
          onClick={() => void importNow()}
        >
          {written === 0 ? `Import ${noun}s` : `Import ${counted(written, noun)}`}
        </Button>
      </footer>
    </form>
  );
}
