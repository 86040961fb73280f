import type { Page } from 'playwright/test';
import type { Job } from '#contract/jobs.ts';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const latchkey = shareLatchkey(() => Promise.resolve());
test.afterEach(() => latchkey().screen.unrouteAll());

type Shown = Partial<Record<keyof Job, unknown>> & { readonly jobId: string };

const job = (over: Shown) => ({
  kind: 'export',
  title: 'Export of the request log',
  state: 'running',
  isCancelling: false,
  done: 0,
  total: 1_000,
  unit: 'requests',
  startedBy: { kind: 'system', id: 'system', name: 'Latchkey' },
  startedAt: Date.now() - 10_000,
  endedAt: null,
  result: null,
  problem: null,
  ...over,
});

/** Long work in every state, in the server's place: no small store keeps a server busy for long enough to look at. */
async function serveJobs(screen: Page, first: readonly Shown[]): Promise<(next: readonly Shown[]) => void> {
  let items = first.map(job);
  await screen.route('**/api/jobs.list', (route) =>
    route.fulfill({
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ ok: true, data: { items } }),
    }),
  );
  return (next) => (items = next.map(job));
}

/** Puts the tab behind another one, or in front again, as far as the page can tell. */
const setHidden = (screen: Page, isHidden: boolean) =>
  screen.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);

const trigger = (screen: Page) => screen.getByRole('button', { name: /^Activity/ });
const news = (screen: Page) => screen.getByTestId('activity-news');

test('long work is followed over pages and reloads, told aloud at its start, half and end, and leads to its result', async () => {
  const { screen, goTo } = latchkey();
  await trigger(screen).click();
  const popover = screen.getByRole('dialog', { name: 'Activity' });
  await expect(popover).toContainText('Nothing running');
  const serve = await serveJobs(screen, [{ jobId: 'job_0000000000000001', done: 100 }]);
  const bar = popover.getByRole('progressbar', { name: 'Export of the request log' });
  await expect(bar).toHaveAttribute('aria-valuenow', '10');
  await expect(bar).toHaveAttribute('aria-valuetext', /^100 of 1,000 requests · 10 % · \d+(\.\d)?\/s$/);
  await expect(news(screen)).toHaveText('Export of the request log: started.');
  await screen.keyboard.press('Escape');
  await expect(popover).toBeHidden();
  await goTo('/partners');
  serve([{ jobId: 'job_0000000000000001', done: 600 }]);
  await expect(news(screen)).toHaveText('Export of the request log: half done.');
  await screen.reload();
  await expect(trigger(screen)).toHaveAccessibleName('Activity, 1 job running or waiting');
  const result = { text: '1,000 requests.', page: '/requests', file: null };
  await setHidden(screen, true);
  serve([{ jobId: 'job_0000000000000001', state: 'done', done: 1_000, endedAt: Date.now(), result }]);
  await expect(news(screen)).toHaveText('Export of the request log: done. 1,000 requests.');
  await expect(screen).toHaveTitle(/^● /);
  await setHidden(screen, false);
  await expect(screen).toHaveTitle(/^[^●]/);
  await expect(trigger(screen)).toHaveAccessibleName('Activity');
  await trigger(screen).click();
  await popover.getByRole('button', { name: 'Show result' }).click();
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Requests');
  await expect(popover).toBeHidden();
});

test('work that waits, failed or was cancelled says so; cancelling asks the server', async () => {
  const { screen } = latchkey();
  await serveJobs(screen, [
    { jobId: 'job_0000000000000003', state: 'queued', title: 'Third export' },
    { jobId: 'job_0000000000000002', state: 'running', title: 'Replay', total: null, done: 7 },
    {
      jobId: 'job_0000000000000001',
      state: 'failed',
      title: 'Back-up',
      endedAt: Date.now(),
      problem: 'The disk is full.',
    },
  ]);
  const asked: unknown[] = [];
  await screen.route('**/api/jobs.cancel', (route) => {
    asked.push(route.request().postDataJSON());
    const error = { code: 'WRONG_STATUS', message: 'It has ended.', requestId: 'req_activity000001' };
    return route.fulfill({
      status: 409,
      contentType: 'application/json',
      body: JSON.stringify({ ok: false, error }),
    });
  });
  await trigger(screen).click();
  const item = (name: string) => screen.getByRole('listitem', { name });
  await expect(item('Third export')).toContainText('Waits for others of its kind');
  await expect(item('Replay')).toContainText('7 requests');
  await expect(item('Replay').getByRole('progressbar')).not.toHaveAttribute('aria-valuenow');
  await expect(item('Back-up')).toContainText('Failed');
  await expect(item('Back-up')).toContainText('The disk is full.');
  await item('Back-up').getByRole('button', { name: 'Copy the error' }).click();
  expect(await screen.evaluate(() => navigator.clipboard.readText())).toContain('The disk is full.');
  await item('Replay').getByRole('button', { name: 'Cancel' }).click();
  await expect(item('Replay')).toContainText('It has ended.');
  expect(asked).toMatchObject([{ jobId: 'job_0000000000000002' }]);
});
