import { History } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import type { JobId } from '#contract/ids.ts';
import { REPLAY_DAYS, type ReplayDays, type ReplayDraft } from '#contract/replay.ts';
import { OpenJob } from '#renderer/activity/job-item.tsx';
import { isOpen } from '#renderer/activity/job-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './replay.module.css';
import { ReplayResultView } from './replay-result.tsx';
import { useReplay, type ReplayOf } from './use-replay.ts';

interface ReplayPanelProps {
  /** Whose requests are decided once more. */
  readonly of: ReplayOf;
  /** What is to be other than it is saved. */
  readonly draft: ReplayDraft;
  /** A replay that was started before and is shown until another is started. */
  readonly shown?: JobId | null;
  /** The replay starts by itself when the panel appears, over the longest time. */
  readonly startsByItself?: boolean;
  /** Why there is nothing to replay now. */
  readonly disabledReason?: string | undefined;
}

const LONGEST_DAYS: ReplayDays = 30;
const DAY_OPTIONS = REPLAY_DAYS.map((days) => ({ value: String(days), label: `Last ${String(days)} days` }));

/** Decides past requests once more with a draft, before it is saved: what would newly be refused or allowed. */
export function ReplayPanel(props: ReplayPanelProps) {
  const { of, draft, shown = null, startsByItself = false, disabledReason } = props;
  const [days, setDays] = useState<ReplayDays>(startsByItself ? LONGEST_DAYS : 7);
  const { start, isStarting, error, job, result, isStale } = useReplay(of, draft, shown);
  const isRunning = job !== null && isOpen(job);
  const begin = useEffectEvent(() => {
    if (startsByItself) void start(days);
  });
  useEffect(() => begin(), []);
  const isOfNone = 'keyIds' in of && of.keyIds.length === 0;
  const obstacle = isOfNone ? 'There is no key to replay requests of.' : disabledReason;
  return (
    <section className={styles.panel} aria-label="Replay of past requests">
      <h4 className={styles.head}>Replay of past requests</h4>
      <div className={styles.bar}>
        <Select
          label="Time to replay"
          hideLabel
          isSmall
          value={String(days)}
          options={DAY_OPTIONS}
          onChange={(value) => setDays(REPLAY_DAYS.find((one) => String(one) === value) ?? 7)}
        />
        <Button
          icon={<History aria-hidden />}
          isBusy={isStarting || isRunning}
          disabledReason={obstacle}
          onClick={() => void start(days)}
        >
          {result === null ? 'Replay' : 'Replay again'}
        </Button>
      </div>
      {isRunning && <OpenJob job={job} />}
      {job?.state === 'cancelled' && (
        <p className={styles.quiet} role="status">
          The replay was cancelled.
        </p>
      )}
      {job?.state === 'failed' && <ErrorNote error={new Error(job.problem ?? 'The replay failed.')} />}
      <ErrorNote error={error} />
      {isStale && !isRunning && result !== null && (
        <p className={styles.stale} role="status">
          The draft changed since. Replay again.
        </p>
      )}
      {result !== null && !isRunning && <ReplayResultView result={result} />}
    </section>
  );
}
