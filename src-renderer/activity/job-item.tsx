import { useState } from 'react';
import type { Job } from '#contract/jobs.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useCancelJob } from '#renderer/api/commands.ts';
import { useNow } from '#renderer/format/clock.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './activity.module.css';
import { ENDED_WORDS, progressWords, shareOf } from './job-words.ts';

interface JobItemProps {
  readonly job: Job;
  /** Shows a page of the result. */
  readonly onGo: (page: string) => void;
}

/** One piece of long work. */
export function JobItem({ job, onGo }: JobItemProps) {
  return (
    <li className={styles.job} data-state={job.state} aria-label={job.title}>
      <p className={styles.name}>{job.title}</p>
      {job.state === 'queued' || job.state === 'running' ? (
        <OpenJob job={job} />
      ) : (
        <EndedJob job={job} state={job.state} onGo={onGo} />
      )}
    </li>
  );
}

/** How far a job is, and how to cancel it. */
export function OpenJob({ job }: { readonly job: Job }) {
  const cancel = useCancelJob();
  const nowMs = useNow(1_000);
  return (
    <>
      <ProgressBar label={job.title} share={shareOf(job)} valueText={progressWords(job, nowMs)} />
      <div className={styles.row}>
        <span className={styles.quiet}>{progressWords(job, nowMs)}</span>
        <Button
          variant="quiet"
          isBusy={cancel.isRunning || job.isCancelling}
          onClick={() => void cancel.run({ jobId: job.jobId })}
        >
          Cancel
        </Button>
      </div>
      <ErrorNote error={cancel.error} />
    </>
  );
}

function EndedJob({ job, state, onGo }: JobItemProps & { readonly state: keyof typeof ENDED_WORDS }) {
  const { saveExport } = useDesktop();
  const { result, problem, endedAt } = job;
  const page = result?.page ?? null;
  const file = result?.file ?? null;
  return (
    <>
      <p className={styles.quiet}>
        {ENDED_WORDS[state]} {endedAt !== null && <RelativeTime at={endedAt} />}
        {result !== null && <>. {result.text}</>}
      </p>
      {problem !== null && (
        <div className={styles.row}>
          <span className={styles.problem}>{problem}</span>
          <CopyButton text={`${job.title} (${job.jobId}): ${problem}`} label="Copy the error" />
        </div>
      )}
      {(page !== null || file !== null) && (
        <div className={styles.links}>
          {page !== null && <Button onClick={() => onGo(page)}>Show result</Button>}
          {file !== null && saveExport !== null && <SaveFile file={file} save={saveExport} />}
          {file !== null && saveExport === null && (
            <a className="button-link" href={file} download>
              Download
            </a>
          )}
        </div>
      )}
    </>
  );
}

interface SaveFileProps {
  readonly file: string;
  readonly save: NonNullable<ReturnType<typeof useDesktop>['saveExport']>;
}

/** Saves the file where the person says: the desktop's counterpart of a download. */
function SaveFile({ file, save }: SaveFileProps) {
  const { say } = useToasts();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const outcome = await save(file);
      if (outcome === 'saved') say('The file was saved.');
      if (outcome === 'gone') say('This file is not kept any more. Export again.', { tone: 'failure' });
    } catch {
      // What the system says is for programs.
      const detail = 'Is there room on the disk, and may you write in that folder?';
      say('The file could not be saved.', { tone: 'failure', detail });
    }
    setBusy(false);
  };
  return (
    <Button isBusy={isBusy} onClick={() => void run()}>
      Save as…
    </Button>
  );
}
