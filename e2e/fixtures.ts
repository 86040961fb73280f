import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test as base } from 'playwright/test';
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

/** Tests with a running Latchkey. */
export const test = base.extend<Fixtures & { readonly door: Door }>({
  door: ['browser', { option: true }],
  folder: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  open: async ({ folder, door, playwright, launchOptions, permissions, viewport }, use) => {
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
        const browser = await playwright.chromium.launch(launchOptions);
        const context = await browser.newContext({ viewport, permissions: permissions ?? [] });
        const page = await context.newPage();
        // The page goes first: losing its server is no fault of the page.
        const stop = async (): Promise<number | null> => {
          await browser.close();
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
    goTo: async (route) => {
      await screen.evaluate((hash) => (location.hash = hash), `#${route}`);
      // The former screen stays until the next one is loaded; then its parts come in.
      await screen.waitForTimeout(200);
      await screen.getByRole('heading', { level: 1 }).first().waitFor();
      await expect(screen.locator('[aria-busy="true"]')).toHaveCount(0);
    },
  };
}

export { expect };
