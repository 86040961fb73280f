import { Popover as Base } from '@base-ui/react/popover';
import { useRouter } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '#contract/jobs.ts';
import { useJobs } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './activity.module.css';
import { JobItem } from './job-item.tsx';
import { ENDED_WORDS, isOpen } from './job-words.ts';
import { useJobNews } from './use-job-news.ts';

const ASK_EVERY_MS = 2_000;

/** Long work of the server, wherever it was started: how far it is, how to stop it, and what became of it. */
export function ActivityPopover() {
  const router = useRouter();
  const { say } = useToasts();
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  // Progress is announced; asking now and then beside that keeps a bar from standing still when an announcement is lost.
  const jobs = useJobs(isBusy || isShown ? { everyMs: ASK_EVERY_MS } : {});
  const open = jobs.data?.items.filter(isOpen).length ?? 0;
  if (isBusy !== open > 0) setBusy(open > 0);
  const goTo = (page: string) => {
    setShown(false);
    router.history.push(page);
  };
  const news = useJobNews(jobs.data?.items, (job) => {
    // Whoever is on the page of the result sees it there.
    const page = job.result?.page?.split('?')[0];
    if (!isShown && page !== router.state.location.pathname) sayEnd(job, say, goTo);
  });
  usePageActions([{ id: 'view.activity', run: () => setShown(true) }]);
  return (
    <Base.Root open={isShown} onOpenChange={(next) => setShown(next)}>
      <Base.Trigger
        render={
          <IconButton
            label={open === 0 ? 'Activity' : `Activity, ${counted(open, 'job')} running or waiting`}
            action="view.activity"
            icon={<Activity aria-hidden />}
            className={styles.trigger}
            data-count={open === 0 ? undefined : open}
          />
        }
      />
      <span className="visually-hidden" role="status" data-testid="activity-news">
        {news}
      </span>
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            <Base.Title className={styles.title}>Activity</Base.Title>
            <AsyncRegion
              query={jobs}
              subject="The activity"
              isEmpty={({ items }) => items.length === 0}
              empty={
                <p className={styles.quiet}>
                  Nothing running. Exports, replays and other long work appear here.
                </p>
              }
            >
              {({ items }) => (
                <ul className={styles.list}>
                  {items.map((job) => (
                    <JobItem key={job.jobId} job={job} onGo={goTo} />
                  ))}
                </ul>
              )}
            </AsyncRegion>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function sayEnd(
  { state, title, problem, result }: Job,
  say: ReturnType<typeof useToasts>['say'],
  goTo: (page: string) => void,
): void {
  if (state === 'failed')
    say(`${title}: failed.`, { tone: 'failure', ...(problem === null ? {} : { detail: problem }) });
  if (state !== 'done' || result === null) return;
  const { page, text } = result;
  say(`${title}: ${ENDED_WORDS.done.toLowerCase()}.`, {
    detail: text,
    ...(page === null ? {} : { action: { label: 'Show', onSelect: () => goTo(page) } }),
  });
}
