import type { KeyId } from '#contract/ids.ts';
import type { BenchBrowser, Task } from './bench-browser.ts';
import type { CaseOptions } from './cases/case.ts';
import { atMost, type Figure } from './figures.ts';
import type { Latchkey, Store } from './latchkey.ts';
import { median } from './load.ts';

/** No input may wait longer behind one task of the page, ms. */
const TASK_MS = 50;
/** A row of the list of keys, and of the request log. */
export const KEYS_ROW = '[role="grid"][aria-label="Keys"] [data-testid="row"]';
export const LOG_ROW = '[role="grid"][aria-label="Requests"] [data-testid="row"]';

/** What a figure of the screens is measured with. */
export interface ScreenBench extends CaseOptions {
  readonly browser: BenchBrowser;
  readonly store: Pick<Store, 'secrets' | 'serviceToken'>;
  readonly latchkey: Latchkey;
  /** Keys with rows in the log; of the first of them a tenth. */
  readonly keyIds: readonly KeyId[];
}

/** The median of some times, with all of them beside it; `limitMs` null = for reading only. */
export function timesFigure(what: string, times: readonly number[], limitMs: number | null): Figure {
  const listed = times.map((ms) => String(Math.round(ms))).join(' ');
  return {
    id: 'SCREENS',
    what,
    value: median(times),
    unit: 'ms',
    target: limitMs === null ? null : atMost(limitMs),
    beside: listed,
  };
}

/** Measures so many times, one after another. */
export async function repeated<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const times: T[] = [];
  for (let index = 0; index < count; index += 1) times.push(await work(index));
  return times;
}

/** The longest task of each round against the budget of 50 ms. */
export function taskFigure(what: string, rounds: readonly (readonly Task[])[]): Figure {
  const listed = (part: keyof Task) =>
    rounds.map(([task]) => Math.round(task?.[part] ?? Number.NaN)).join(' ');
  return {
    id: 'SCREENS',
    what: `${what}: longest task`,
    value: median(rounds.map(([task]) => task?.ms ?? Number.NaN)),
    unit: 'ms',
    target: atMost(TASK_MS),
    beside: `${listed('ms')}; of it processor time ${listed('processorMs')}`,
  };
}

/** Turns the wheel over a table for a second, then goes back to its top; the tasks of the page meanwhile. */
export async function wheelTasks(
  { page, tasksDuring }: BenchBrowser,
  grid: string,
): Promise<readonly Task[]> {
  await page.getByRole('grid', { name: grid }).hover();
  const tasks = await tasksDuring(async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(25);
    }
  });
  await page.keyboard.press('Home');
  await page.waitForTimeout(300);
  return tasks;
}
