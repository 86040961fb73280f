import type { AppliedTemplate } from '#contract/template-apply.ts';
import type { Template } from '#contract/templates.ts';
import { OpenJob } from '#renderer/activity/job-item.tsx';
import { isOpen } from '#renderer/activity/job-words.ts';
import { useUndoApply } from '#renderer/api/commands.ts';
import { useJobs } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './templates.module.css';

interface AppliedNoteProps {
  readonly template: Template;
  readonly last: AppliedTemplate;
}

/** How the template was last given to its keys: how far that is, what came of it, and taking it back. */
export function AppliedNote({ template, last }: AppliedNoteProps) {
  const jobs = useJobs();
  const undo = useUndoApply();
  const forbidden = useForbidden()('templates.undoApply');
  const items = jobs.data?.items ?? [];
  const open = items.find((job) => isOpen(job) && [last.jobId, last.undoJobId].includes(job.jobId));
  if (open !== undefined) {
    return (
      <section className={styles.applied} aria-label="Change of its keys">
        <OpenJob job={open} />
      </section>
    );
  }
  if (last.isRunning) return null;
  const isUndone = items.some(({ jobId, state }) => jobId === last.undoJobId && state === 'done');
  return (
    <section className={styles.applied} aria-label="Change of its keys">
      <p role="status">
        {isUndone
          ? `Taken back: ${counted(last.changed, 'key')} had been changed as ${template.name} says, `
          : `${counted(last.changed, 'key')} changed as ${template.name} says, `}
        <RelativeTime at={last.at} />.
      </p>
      {last.skippedWhy !== null && (
        <p className={styles.quiet}>
          {counted(last.skipped, 'key')} left as before. {last.skippedWhy}
        </p>
      )}
      {last.changed > 0 && !isUndone && (
        <div className={styles.bar}>
          <Button
            isBusy={undo.isRunning}
            disabledReason={forbidden}
            onClick={() => void undo.run({ jobId: last.jobId })}
          >
            Undo
          </Button>
          <span className={styles.quiet}>Until Latchkey restarts; keys that were changed since stay.</span>
        </div>
      )}
      <ErrorNote error={undo.error} />
    </section>
  );
}
