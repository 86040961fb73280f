import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, type Page, test as base } from 'playwright/test';
import { goTo } from './go-to.ts';
import { startDesktop } from './start-desktop.ts';
import { newAdminToken, startHeadless } from './start-headless.ts';
import type { RunningApp } from './running-app.ts';
import type { Door } from './door.ts';
import { watchPage } from './watched-page.ts';

/** Latchkey with its screens in front of the test, signed in. */
export interface Latchkey extends RunningApp {
  readonly screen: Page;
  /** Shows a route, for example `/keys`. */
  readonly goTo: (route: string) => Promise<void>;
  /** What the page complained about so far; anything here fails the test at its end. */
  readonly complaints: readonly string[];
}

interface Fixtures {
  /** A folder of the test's own, removed at its end. */
  readonly folder: string;
  /** Starts Latchkey on `folder` behind the door of the project that runs; again after `stop` for a restart. */
  readonly open: () => Promise<Latchkey>;
  readonly latchkey: Latchkey;
}

interface WorkerFixtures {
  /** The browser of all tests of a worker, launched for the first that asks. A test makes contexts of its own, which share nothing. */
  readonly sharedBrowser: () => Promise<Browser>;
}

/** Tests with a running Latchkey. */
export const test = base.extend<Fixtures & { readonly door: Door }, WorkerFixtures>({
  door: ['browser', { option: true }],
  sharedBrowser: [
    async ({ playwright, launchOptions }, use) => {
      let launched: Promise<Browser> | null = null;
      await use(() => (launched ??= playwright.chromium.launch(launchOptions)));
      await (launched as Promise<Browser> | null)?.then((browser) => browser.close());
    },
    { scope: 'worker' },
  ],
  folder: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  open: async ({ folder, door, sharedBrowser, permissions, viewport }, use) => {
    const adminToken = newAdminToken();
    const opened: Latchkey[] = [];
    await use(async () => {
      const data = join(folder, 'data');
      if (door === 'desktop') {
        const app = await startDesktop(data);
        await app.page.getByRole('heading', { level: 1 }).first().waitFor();
        opened.push(asLatchkey(app, app.page));
      } else {
        const app = await startHeadless(data, adminToken);
        const context = await (
          await sharedBrowser()
        ).newContext({ viewport, permissions: permissions ?? [] });
        const page = await context.newPage();
        // The page goes first: losing its server is no fault of the page.
        const stop = async (): Promise<number | null> => {
          await context.close();
          return app.stop();
        };
        opened.push(asLatchkey({ ...app, stop }, page));
        await page.goto(await app.pairingLink());
        await page.getByRole('navigation').first().waitFor();
        // The start leads somewhere: before it has, going elsewhere would be overtaken.
        await page.getByRole('heading', { level: 1 }).first().waitFor();
      }
      return opened.at(-1) as Latchkey;
    });
    for (const app of opened) await app.stop();
    const complaints = opened.flatMap((app) => app.complaints);
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
  },
  latchkey: async ({ open }, use) => {
    await use(await open());
  },
});

function asLatchkey(app: RunningApp, screen: Page): Latchkey {
  return {
    ...app,
    screen,
    complaints: watchPage(screen),
    goTo: (route) => goTo(screen, route),
  };
}

export { expect };
