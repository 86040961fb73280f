import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright/test';
import { errorCode } from '#main/platform/error-code.ts';
import { engineAlone } from '../chromium.ts';
import type { Latchkey } from './latchkey.ts';
import { readProcFile, residentBytes } from './machine.ts';

/** A task of a page's main thread. */
export interface Task {
  readonly ms: number;
  /** Without the time in which others had the processor. */
  readonly processorMs: number;
}

/** The screens in a real Chromium, signed in. */
export interface BenchBrowser {
  readonly page: Page;
  /** Another window with nothing in its cache, signed in; close its context. */
  readonly openCold: () => Promise<Page>;
  /** Does something, then answers the tasks of the pages' main threads meanwhile, longest first. */
  readonly tasksDuring: (work: () => Promise<void>) => Promise<readonly Task[]>;
  /** Resident memory of the largest page process, bytes. */
  readonly pageBytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Calls of which the page keeps how long they took. */
const CALLS_KEPT = 10_000;
/** `/autogroup-2851 nice -5`, sched(7). */
const GROUP_PRIORITY = /nice (-?\d+)/;
const VIEWPORT = { width: 1280, height: 840 };
/** Starts Chromium and signs in. */
export async function openBrowser({ call }: Latchkey): Promise<BenchBrowser> {
  const browser = await chromium.launch(engineAlone());
  const context = await browser.newContext({ viewport: VIEWPORT });
  await context.addInitScript((entries) => performance.setResourceTimingBufferSize(entries), CALLS_KEPT);
  const page = await context.newPage();
  const { url } = await call('sessions.createPairingLink', {});
  if (url === null) throw new Error('sessions.createPairingLink gave no link.');
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const storageState = await context.storageState();
  await keepPriority(browser);
  const ofSession = await page.evaluate(() => ({ ...sessionStorage }));
  return {
    page,
    openCold: async () => {
      const cold = await browser.newContext({ viewport: VIEWPORT, storageState });
      await cold.addInitScript((entries) => {
        for (const [name, value] of Object.entries(entries)) sessionStorage.setItem(name, String(value));
      }, ofSession);
      const coldPage = await cold.newPage();
      await keepPriority(browser);
      return coldPage;
    },
    tasksDuring: async (work) => {
      await keepPriority(browser);
      return tasksDuring(browser, page, work);
    },
    pageBytes: () => pageBytes(browser),
    close: async () => {
      await closeAll(browser.contexts());
      await browser.close();
    },
  };
}

async function closeAll(contexts: readonly BrowserContext[]): Promise<void> {
  for (const context of contexts) await context.close();
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs by the clock and by the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The browser's own trace: its observer of long tasks tells nothing below 50 ms. */
async function tasksDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${String(pid)} ${String(tid)}`;
  const mainThreads = new Set(
    traceEvents
      .filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && mainThreads.has(threadOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1_000, processorMs: tdur / 1_000 }));
  if (tasks.length === 0) throw new Error('The trace holds no task of a page.');
  return tasks.toSorted((one, other) => other.ms - one.ms);
}

/** Chromium gives its processes a priority of its own: every thread of them gets that of this program, as the server has. */
async function keepPriority(browser: Browser): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const { id } of await processesOf(browser)) {
    joinGroupPriority(id);
    for (const thread of threadsOf(id)) setPriorityOf(thread, getPriority());
  }
}

/** Where Linux schedules sessions as groups (sched_autogroup), the priority of a process counts within its session only, and a browser
 *  is a session of its own: its group gets the priority of ours. */
function joinGroupPriority(id: number): void {
  const own = GROUP_PRIORITY.exec(readProcFile('/proc/self/autogroup'))?.[1];
  const theirs = GROUP_PRIORITY.exec(readProcFile(`/proc/${String(id)}/autogroup`))?.[1];
  if (own !== undefined && theirs !== undefined && own !== theirs) {
    writeFileSync(`/proc/${String(id)}/autogroup`, own);
  }
}

/** Also of a thread, which has an id like a process has; one that has ended meanwhile is left alone. */
function setPriorityOf(id: number, priority: number): void {
  try {
    setPriority(id, priority);
  } catch (error) {
    if (errorCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function threadsOf(id: number): readonly number[] {
  try {
    return readdirSync(`/proc/${String(id)}/task`).map(Number);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function processesOf(
  browser: Browser,
): Promise<readonly { readonly id: number; readonly type: string }[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo;
}

async function pageBytes(browser: Browser): Promise<number> {
  const pages = (await processesOf(browser)).filter(({ type }) => type === 'renderer');
  return Math.max(0, ...pages.map(({ id }) => residentBytes(id)));
}
