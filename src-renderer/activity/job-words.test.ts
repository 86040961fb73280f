import { expect, test } from 'vitest';
import { job, type Job } from '#contract/jobs.ts';
import { jobNews, progressWords, shareOf } from './job-words.ts';

const some = (over: Partial<Record<keyof Job, unknown>> = {}): Job =>
  job.parse({
    jobId: 'job_0123456789abcdef',
    kind: 'replay',
    title: 'Replay of Data feed',
    state: 'running',
    isCancelling: false,
    done: 0,
    total: 100,
    unit: 'requests',
    startedBy: { kind: 'system', id: 'system', name: 'Latchkey' },
    startedAt: 1_000_000,
    endedAt: null,
    result: null,
    problem: null,
    ...over,
  });

test('a job is announced when it begins, when it is half done, and when it ends, each once', () => {
  const news: string[] = [];
  let before: readonly Job[] | null = [];
  for (const over of [
    { done: 0 },
    { done: 30 },
    { done: 50 },
    { done: 80 },
    { state: 'done', done: 100, result: { text: 'Nothing changes.', page: null, file: null } },
    { state: 'done', done: 100, result: { text: 'Nothing changes.', page: null, file: null } },
  ]) {
    const now = [some(over)];
    news.push(...jobNews(before, now));
    before = now;
  }
  expect(news).toEqual([
    'Replay of Data feed: started.',
    'Replay of Data feed: half done.',
    'Replay of Data feed: done. Nothing changes.',
  ]);
});

test('after a reload running work is told, and what had ended before is not', () => {
  const ended = some({ jobId: 'job_0000000000000001', state: 'failed', problem: 'The disk is full.' });
  expect(jobNews(null, [some({ done: 70 }), ended])).toEqual(['Replay of Data feed: started.']);
});

test('work that was too quick to be seen running is told when it ended', () => {
  expect(jobNews([], [some({ state: 'failed', problem: 'The disk is full.' })])).toEqual([
    'Replay of Data feed: failed. The disk is full.',
  ]);
});

test('progress tells amounts, share and rate, and nothing that nobody knows', () => {
  expect(progressWords(some({ done: 20 }), 1_010_000)).toBe('20 of 100 requests · 20 % · 2/s');
  expect(progressWords(some({ done: 20, total: null }), 1_010_000)).toBe('20 requests · 2/s');
  expect(progressWords(some({ done: 2_000_000, total: 4_000_000, unit: 'bytes' }), 1_001_000)).toBe(
    '2 MB of 4 MB · 50 % · 2 MB/s',
  );
  expect(progressWords(some({ state: 'queued' }), 1_010_000)).toBe('Waits for others of its kind');
  expect(shareOf(some({ total: 0 }))).toBe(1);
});
