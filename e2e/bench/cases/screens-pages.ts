import type { Task } from '../bench-browser.ts';
import type { Figure } from '../figures.ts';
import { median } from '../load.ts';
import { answerTimes, forgetAnswers, showAndPaint, typeAndPaint } from '../painted.ts';
import {
  KEYS_ROW,
  repeated,
  taskFigure,
  timesFigure,
  wheelTasks,
  type ScreenBench,
} from '../screen-bench.ts';

const CHART = '[data-testid="columns"] path';
/** What a screen asks for is left to come in before the next one is shown. */
const SETTLE_MS = 1_000;
const ROUTES = [
  '/overview',
  '/partners',
  '/keys',
  '/requests',
  '/hygiene',
  '/audit',
  '/services',
  '/settings',
];

/** A window that knows nothing yet, from the address to rows that can be used. */
export async function coldLoad({ browser, latchkey, rounds }: ScreenBench): Promise<Figure[]> {
  const first: number[] = [];
  const times = await repeated(rounds, async () => {
    const page = await browser.openCold();
    await page.goto(`${latchkey.server.admin ?? ''}/#/keys`);
    await page.locator(KEYS_ROW).first().waitFor();
    const at = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame(() => resolve(performance.now()));
        }),
    );
    first.push(
      await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      ),
    );
    await page.context().close();
    return at;
  });
  return [
    timesFigure('cold load to a usable list of keys', times, 1_500),
    timesFigure('cold load to the first text on the screen', first, null),
  ];
}

/** From the address to another heading, painted; each screen as often as there are rounds. */
export async function routeChanges({ browser: { page }, rounds }: ScreenBench): Promise<Figure[]> {
  const byRoute = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const route of ROUTES) {
      const butNot = (await page.locator('h1').first().textContent()) ?? '';
      const ms = await showAndPaint(page, route, { selector: 'h1', butNot });
      // The first round fetches what the screen is made of.
      if (round > 0) byRoute.set(route, [...(byRoute.get(route) ?? []), ms]);
      await page.waitForTimeout(SETTLE_MS);
    }
  }
  const medians = [...byRoute].map(([route, times]) => ({ route, ms: median(times) }));
  const slowest = medians.toSorted((one, other) => other.ms - one.ms);
  return [
    {
      ...timesFigure('change of screen, the slowest of them', [slowest[0]?.ms ?? Number.NaN], 150),
      beside: slowest.map(({ route, ms }) => `${route} ${String(Math.round(ms))}`).join(', '),
    },
  ];
}

/** Paging, scrolling and filtering the list of keys. */
export async function keysList({ browser, rounds }: ScreenBench): Promise<Figure[]> {
  const { page, tasksDuring } = browser;
  const paging: (readonly Task[])[] = [];
  let mostRows = 0;
  for (let round = 0; round < rounds; round += 1) {
    await showAndPaint(page, '/partners', { selector: 'h1', butNot: 'Keys' });
    await showAndPaint(page, '/keys', { selector: KEYS_ROW });
    await page.getByRole('grid', { name: 'Keys' }).focus();
    await page.waitForTimeout(500);
    const tasks = await tasksDuring(async () => {
      for (let press = 0; press < 20; press += 1) {
        await page.keyboard.press('PageDown');
        await page.waitForTimeout(120);
        mostRows = Math.max(mostRows, await page.locator(KEYS_ROW).count());
      }
    });
    paging.push(tasks);
  }
  const wheel = await repeated(rounds, () => wheelTasks(browser, 'Keys'));
  const field = page.getByRole('searchbox', { name: 'Find a key' });
  const typing = await repeated(rounds, async (round) => {
    await field.fill('');
    await page.waitForTimeout(600);
    const tasks = await tasksDuring(async () => {
      await field.pressSequentially(`mark ${String(91 + round)}`, { delay: 60 });
      await page.waitForTimeout(600);
    });
    return tasks;
  });
  await field.fill('');
  return [
    taskFigure('list of keys, PageDown twenty times', paging),
    taskFigure('list of keys, the wheel', wheel),
    { ...timesFigure('list of keys: rows in the page', [mostRows], 79), unit: '', beside: '' },
    taskFigure('list of keys, typing a filter until its rows stand', typing),
  ];
}

/** From a text typed into the palette to the key that it names. */
export async function palette({ browser: { page }, rounds }: ScreenBench): Promise<Figure[]> {
  await forgetAnswers(page);
  const times = await repeated(rounds, async (round) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search keys, partners, requests, commands' }).waitFor();
    await page.keyboard.insertText('#be');
    await page.waitForTimeout(500);
    // Of the thousands that fit the first letters only some were sent: the rest has to be asked for.
    const ms = await typeAndPaint(page, `nchmark 1${String(round)}7`, {
      selector: '[role="option"][aria-selected="true"]',
      text: `Benchmark 1${String(round)}7`,
    });
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
    return ms;
  });
  return [
    timesFigure('palette, from a text to the key it names', times, 50),
    timesFigure('palette: answers of keys.find', await answerTimes(page, 'keys.find'), 50),
  ];
}

/** A key with traffic: its page, its charts, and pointing at them. */
export async function oneKey({ browser, keyIds, rounds }: ScreenBench): Promise<Figure[]> {
  const { page, tasksDuring } = browser;
  const charts: number[] = [];
  const pointing: (readonly Task[])[] = [];
  const headings = await repeated(rounds, async (index) => {
    await showAndPaint(page, '/keys', { selector: KEYS_ROW });
    await page.waitForTimeout(300);
    if (index === 0) await forgetAnswers(page);
    const route = `/keys/${keyIds[index] ?? ''}`;
    const [ms, chartMs] = await Promise.all([
      showAndPaint(page, route, { selector: 'h1', butNot: 'Keys' }),
      showAndPaint(page, route, { selector: CHART }),
    ]);
    charts.push(chartMs);
    await page.waitForTimeout(500);
    const box = await page.locator(CHART).first().boundingBox();
    const tasks = await tasksDuring(async () => {
      for (let step = 0; step < 40; step += 1) {
        await page.mouse.move(300 + step * 12, (box?.y ?? 300) + 5);
        await page.waitForTimeout(25);
      }
    });
    pointing.push(tasks);
    return ms;
  });
  return [
    timesFigure('opening a key: its heading', headings, 150),
    timesFigure('opening a key: its chart drawn', charts, null),
    timesFigure('a key’s chart: answers of usage.series', await answerTimes(page, 'usage.series'), 100),
    taskFigure('pointing along a chart', pointing),
  ];
}
