import type { Page } from 'playwright/test';

/** What ends a measurement: an element of this selector, whose text is another than `butNot` and holds `text` where they are given. */
export interface Wanted {
  readonly selector: string;
  readonly butNot?: string;
  readonly text?: string;
}

const GIVE_UP_MS = 20_000;

/** Shows a route and answers how long it took until what is wanted was painted, ms. */
export function showAndPaint(page: Page, route: string, wanted: Wanted): Promise<number> {
  return paintedAfter(page, { route, wanted });
}

/** Types a text where the focus is, all at once, and answers how long it took until what is wanted was painted, ms. */
export async function typeAndPaint(page: Page, text: string, wanted: Wanted): Promise<number> {
  const painted = paintedAfter(page, { event: 'beforeinput', wanted });
  // The page has to listen before the text comes.
  await page.evaluate(() => null);
  await page.keyboard.insertText(text);
  return painted;
}

interface Measurement {
  readonly wanted: Wanted;
  /** The clock starts with the change of the address … */
  readonly route?: string;
  /** … or when this event reaches the page. */
  readonly event?: string;
}

function paintedAfter(page: Page, measurement: Measurement): Promise<number> {
  return page.evaluate(
    ({ wanted, route, event, giveUpMs }) =>
      new Promise<number>((resolve, reject) => {
        let startedAt = performance.now();
        let hasStarted = event === undefined;
        const isThere = () => {
          const element = document.querySelector(wanted.selector);
          const { butNot, text = '' } = wanted;
          return (
            element !== null && element.textContent !== butNot && (element.textContent ?? '').includes(text)
          );
        };
        const painted = () => {
          const channel = new MessageChannel();
          // A message is handled after the frame that was being prepared has been painted.
          channel.port1.addEventListener('message', () => resolve(performance.now() - startedAt));
          channel.port1.start();
          channel.port2.postMessage(null);
        };
        const look = () => {
          if (hasStarted && isThere()) painted();
          else if (performance.now() - startedAt > giveUpMs)
            reject(new Error(`Not seen: ${wanted.selector}`));
          else requestAnimationFrame(look);
        };
        if (event !== undefined) {
          const start = (told: Event) => {
            startedAt = told.timeStamp;
            hasStarted = true;
          };
          addEventListener(event, start, { capture: true, once: true });
        }
        if (route !== undefined) location.hash = `#${route}`;
        look();
      }),
    { ...measurement, giveUpMs: GIVE_UP_MS },
  );
}

/** How long the answers of calls whose names begin like this took in the page since it was last asked, ms, in the order of their start. */
export function answerTimes(page: Page, prefix: string): Promise<readonly number[]> {
  return page.evaluate((path) => {
    const entries = performance
      .getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.startsWith(`/api/${path}`))
      .map(({ duration }) => duration);
    return entries;
  }, prefix);
}

/** Forgets the calls that were made so far. */
export function forgetAnswers(page: Page): Promise<void> {
  return page.evaluate(() => performance.clearResourceTimings());
}
