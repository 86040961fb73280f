import type { JobId } from '#contract/ids.ts';
import type { ReplayDraft } from '#contract/replay.ts';
import { OpenJob } from '#renderer/activity/job-item.tsx';
import { isOpen } from '#renderer/activity/job-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './replay.module.css';
import { ReplayResultView } from './replay-result.tsx';
import { useReplay } from './use-replay.ts';

interface ShownReplayProps {
  readonly jobId: JobId;
  /** Takes the draft that was replayed up again. */
  readonly onEdit: (draft: ReplayDraft) => void;
  /** Why it cannot be. */
  readonly disabledReason?: string | undefined;
}

const NO_DRAFT: ReplayDraft = {};

/** A replay that was started before, perhaps in another window: how far it is, and what it found. */
export function ShownReplay({ jobId, onEdit, disabledReason }: ShownReplayProps) {
  const { job, result, error } = useReplay({ keyIds: [] }, NO_DRAFT, jobId);
  return (
    <section className={styles.panel} aria-label="Replay of past requests">
      <h4 className={styles.head}>Replay of past requests</h4>
      {job !== null && isOpen(job) && <OpenJob job={job} />}
      {job === null && (
        <p className={styles.quiet}>
          This replay is no longer known: results are kept until the next restart.
        </p>
      )}
      <ErrorNote error={error} />
      {result !== null && (
        <>
          <ReplayResultView result={result} />
          <div className={styles.bar}>
            <Button disabledReason={disabledReason} onClick={() => onEdit(result.draft)}>
              Edit this draft
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
