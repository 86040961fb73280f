import { useState } from 'react';
import { jobId as jobIdSchema, type JobId, type KeyId, type TemplateId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { ReplayDays, ReplayDraft, ReplayResult } from '#contract/replay.ts';
import { isOpen } from '#renderer/activity/job-words.ts';
import { useStartReplay } from '#renderer/api/commands.ts';
import { useJobs } from '#renderer/api/queries.ts';
import { useReplayResult } from '#renderer/api/traffic-queries.ts';

/** Whose requests are replayed: those of some keys, at most REPLAY_KEYS_MAX, or of all keys of a template. */
export type ReplayOf = { readonly keyIds: readonly KeyId[] } | { readonly templateId: TemplateId };

/** A replay as a panel follows it. */
export interface ReplayState {
  readonly start: (days: ReplayDays) => Promise<void>;
  readonly isStarting: boolean;
  /** Why it could not be started or its result not be fetched. */
  readonly error: unknown;
  /** null before the first start, and when the job is forgotten. */
  readonly job: Job | null;
  readonly result: ReplayResult | null;
  /** The draft is another one than the one that was replayed. */
  readonly isStale: boolean;
}

/** News of a job come by announcement; this is for announcements that get lost. */
const ASK_AGAIN_MS = 2_000;

/** Starts replays of a draft and follows the last one; `shown` is one that was started before. */
export function useReplay(of: ReplayOf, draft: ReplayDraft, shown: JobId | null): ReplayState {
  const [started, setStarted] = useState<{ readonly jobId: JobId; readonly draft: string } | null>(null);
  const begin = useStartReplay();
  const jobId = started?.jobId ?? shown;
  const [isFollowed, setFollowed] = useState(true);
  const jobs = useJobs({ isEnabled: jobId !== null, ...(isFollowed ? { everyMs: ASK_AGAIN_MS } : {}) });
  const job = jobs.data?.items.find((one) => one.jobId === jobId) ?? null;
  const mustFollow = jobId !== null && (job === null || isOpen(job));
  if (mustFollow !== isFollowed) setFollowed(mustFollow);
  const result = useReplayResult(
    { jobId: jobId ?? NO_JOB },
    { isEnabled: jobId !== null && job?.state === 'done' },
  );
  return {
    start: async (days) => {
      const outcome = await begin.run({ ...('keyIds' in of ? { keyIds: [...of.keyIds] } : of), days, draft });
      if (outcome.ok) setStarted({ jobId: outcome.data.jobId, draft: JSON.stringify([of, draft]) });
    },
    isStarting: begin.isRunning,
    error: begin.error ?? result.error,
    job,
    result: result.data ?? null,
    isStale: started !== null && started.draft !== JSON.stringify([of, draft]),
  };
}

/** Never asked for. */
const NO_JOB = jobIdSchema.parse('job_0000000000000000');
