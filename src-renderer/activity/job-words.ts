import type { Job } from '#contract/jobs.ts';
import { bytes, count, percent, rate } from '#renderer/format/numbers.ts';

/** Has a job neither ended nor been taken out of the queue? */
export function isOpen({ state }: Pick<Job, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** Share 0 to 1 of a job that is done; null while nobody knows how much there is. */
export function shareOf({ done, total }: Pick<Job, 'done' | 'total'>): number | null {
  if (total === null) return null;
  return total === 0 ? 1 : Math.min(1, done / total);
}

const amount = (value: number, unit: string): string => (unit === 'bytes' ? bytes(value) : count(value));

/** How far a job is, as one line: `1,204 of 10,000 requests · 12 % · 350/s`. */
export function progressWords(job: Job, nowMs: number): string {
  const { state, done, total, unit, startedAt, isCancelling } = job;
  if (state === 'queued') return 'Waits for others of its kind';
  if (isCancelling) return 'Stops…';
  const noun = unit === 'bytes' ? '' : ` ${unit}`;
  const seconds = Math.max(1, (nowMs - startedAt) / 1_000);
  const share = shareOf(job);
  return [
    total === null
      ? `${amount(done, unit)}${noun}`
      : `${amount(done, unit)} of ${amount(total, unit)}${noun}`,
    share === null ? '' : percent(share),
    done === 0 ? '' : unit === 'bytes' ? `${bytes(done / seconds)}/s` : `${rate(done / seconds)}/s`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What became of a job, in a word. */
export const ENDED_WORDS: Readonly<Record<'done' | 'cancelled' | 'failed', string>> = {
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

/** What is said aloud between two looks at the list: a job began, is half done, or ended. Jobs that had ended before the first look
 *  are old news. */
export function jobNews(before: readonly Job[] | null, now: readonly Job[]): readonly string[] {
  return now.flatMap((job) => {
    const former = before?.find(({ jobId }) => jobId === job.jobId);
    if (former === undefined) {
      if (isOpen(job)) return [`${job.title}: ${job.state === 'queued' ? 'waits' : 'started'}.`];
      return before === null ? [] : [endNews(job)];
    }
    if (isOpen(former) && !isOpen(job)) return [endNews(job)];
    const isHalf = (shareOf(former) ?? 0) < 0.5 && (shareOf(job) ?? 0) >= 0.5;
    return job.state === 'running' && isHalf ? [`${job.title}: half done.`] : [];
  });
}

function endNews({ title, state, result, problem }: Job): string {
  if (state === 'failed') return `${title}: failed. ${problem ?? ''}`.trimEnd();
  if (state === 'cancelled') return `${title}: cancelled.`;
  return `${title}: done. ${result?.text ?? ''}`.trimEnd();
}
