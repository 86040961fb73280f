import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Job } from '#contract/jobs.ts';
import { jobNews } from './job-words.ts';

const HIDDEN_MARK = '● ';

/** Work that ended while nobody looked at the tab marks its title until somebody does. */
function markTitle(): void {
  if (!document.hidden || document.title.startsWith(HIDDEN_MARK)) return;
  document.title = `${HIDDEN_MARK}${document.title}`;
  const unmark = () => {
    if (document.title.startsWith(HIDDEN_MARK)) document.title = document.title.slice(HIDDEN_MARK.length);
  };
  document.addEventListener('visibilitychange', unmark, { once: true });
}

/** What has happened to the jobs, for a live region; `onEnded` is told of each that ended while the page was open. */
export function useJobNews(jobs: readonly Job[] | undefined, onEnded: (job: Job) => void): string {
  const before = useRef<readonly Job[] | null>(null);
  const [news, setNews] = useState('');
  const look = useEffectEvent((now: readonly Job[]) => {
    const former = before.current;
    before.current = now;
    const said = jobNews(former, now);
    if (said.length > 0) setNews(said.join(' '));
    if (former === null) return;
    for (const job of now) {
      const was = former.find(({ jobId }) => jobId === job.jobId);
      if (job.endedAt === null || (was !== undefined && was.endedAt !== null)) continue;
      markTitle();
      onEnded(job);
    }
  });
  useEffect(() => {
    if (jobs !== undefined) look(jobs);
  }, [jobs]);
  return news;
}
