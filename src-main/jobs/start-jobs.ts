import type { Announcement } from '#contract/events.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { Jobs } from './jobs.ts';

/** The registry of long work, told to whoever listens and to the log. */
export function startJobs(parts: {
  readonly clock: Clock;
  readonly announce: (announcement: Announcement) => void;
  readonly logger: Logger;
}): Jobs {
  const { clock, announce, logger } = parts;
  return new Jobs({
    ...clock,
    announce: () => {
      announce({ kind: 'changed', subjects: ['jobs'] });
    },
    onError: (jobId, error) => {
      logger.error('A job failed.', { jobId, error });
    },
  });
}
