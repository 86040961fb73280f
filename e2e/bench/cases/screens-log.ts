import { setTimeout as wait } from 'node:timers/promises';
import { atMost, type Figure } from '../figures.ts';
import { median } from '../load.ts';
import { runOpenLoop } from '../open-loop.ts';
import { answerTimes, forgetAnswers, showAndPaint } from '../painted.ts';
import { LOG_ROW, repeated, taskFigure, timesFigure, wheelTasks, type ScreenBench } from '../screen-bench.ts';

const CALLS = 20;
/** Five minutes of a hundred a second, in a fifth of the time. */
const PER_SECOND = 500;
const SECONDS = 60;

/** Pages of the request log, from the address to painted rows. */
export async function requestLog({ browser, rounds, isSmoke }: ScreenBench): Promise<Figure[]> {
  const { page } = browser;
  const questions = {
    'first page': '',
    'first page of all time': '?range=all',
    'first page of refusals': `?range=all&q=${encodeURIComponent('outcome:denied_scope')}`,
    'first page of one path': `?range=all&q=${encodeURIComponent('path:/inventory/7/33')}`,
    'first page of one address': `?range=all&q=${encodeURIComponent('ip:203.0.1.17')}`,
  };
  const figures: Figure[] = [];
  for (const [what, query] of Object.entries(questions)) {
    const times = await repeated(rounds, async () => {
      await showAndPaint(page, '/partners', { selector: 'h1', butNot: 'Requests' });
      await page.waitForTimeout(1_500);
      return showAndPaint(page, `/requests${query}`, { selector: LOG_ROW });
    });
    figures.push(timesFigure(`request log, ${what} end to end`, times, 300));
  }
  await showAndPaint(page, '/requests?range=all', { selector: LOG_ROW });
  await page.getByTestId('log-histogram').waitFor();
  await page.waitForTimeout(1_000);
  await forgetAnswers(page);
  const wheel = await repeated(rounds, () => wheelTasks(browser, 'Requests'));
  const pages = await answerTimes(page, 'requests.list');
  return [
    ...figures,
    taskFigure('request log, the wheel', wheel),
    ...(pages.length === 0 && isSmoke
      ? []
      : [timesFigure('request log: answers of further pages', pages, 100)]),
  ];
}

/** The live tail: how soon a verification is seen, and what the page holds after thirty thousand of them. */
export async function liveTail({ browser, latchkey, store, isSmoke }: ScreenBench): Promise<Figure[]> {
  const { page } = browser;
  await showAndPaint(page, '/requests?live=on', { selector: '[data-testid="live-state"]' });
  await page.waitForTimeout(1_000);
  const times: number[] = [];
  for (let index = 0; index < (isSmoke ? 2 : CALLS); index += 1) {
    const path = `/inventory/seen-${String(Date.now())}`;
    const sentAtMs = performance.now();
    const seen = page.getByText(path, { exact: true }).waitFor();
    await fetch(`${latchkey.server.service}/v1/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${store.serviceToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: store.secrets[(index + 1) % store.secrets.length], method: 'GET', path }),
    });
    await seen;
    times.push(performance.now() - sentAtMs);
    // Not in step with the page's own clock.
    await wait(100 + index * 37);
  }
  const slowest = Math.max(...times);
  const tasks = await browser.tasksDuring(async () => {
    await runOpenLoop(latchkey.loads.valid, {
      perSecond: isSmoke ? 50 : PER_SECOND,
      seconds: isSmoke ? 2 : SECONDS,
    });
  });
  const bytes = await browser.pageBytes();
  return [
    {
      id: 'SCREENS',
      what: 'live tail: from a verification to its row, the slowest',
      value: slowest,
      unit: 'ms',
      target: atMost(1_000),
      beside: `median ${String(Math.round(median(times)))} ms of ${String(times.length)}`,
    },
    taskFigure('live tail, 500 requests a second', [tasks]),
    {
      id: 'SCREENS',
      what: 'live tail: memory of the page after 30,000 rows',
      value: bytes / 2 ** 20,
      unit: 'MiB',
      target: atMost(400),
      beside: 'resident, the whole process',
    },
  ];
}
