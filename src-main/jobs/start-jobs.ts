import { type Announcements, changed } from '#main/announcements.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Logger } from '#main/platform/logger.ts';
import { Jobs } from './jobs.ts';

/** The registry of long work, told to whoever listens and to the log. */
export function startJobs(parts: {
  readonly clock: Clock;
  readonly announce: Announcements['announce'];
  readonly logger: Logger;
}): Jobs {
  const { clock, announce, logger } = parts;
  return new Jobs({
    ...clock,
    announce: () => {
      announce(changed('jobs'));
    },
    onError: (jobId, error) => {
      logger.error('A job failed.', { jobId, error });
    },
  });
}
