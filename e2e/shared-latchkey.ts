import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from 'playwright/test';
import { test, type Latchkey } from './fixtures.ts';
import { goTo } from './go-to.ts';
import { newAdminToken, startHeadless, type HeadlessApp } from './start-headless.ts';
import { watchPage } from './watched-page.ts';

/** One server and one signed-in browser for all tests of a file. */
export interface SharedLatchkey extends Latchkey {
  readonly app: HeadlessApp;
  /** Another browser at the same page, signed in too. */
  readonly openOther: () => Promise<Page>;
}

/** A store that has a past. */
interface Past {
  /** Fills the store of a server of its own, which is then stopped. */
  readonly lived: (app: HeadlessApp) => Promise<void>;
  /** Changes the files of the stopped server as time would have. */
  readonly aged: (dataDirectory: string) => void;
}

/** Starts them before the first test of the file that calls it, and stops them after the last; what a page complains about fails
 *  the file. `seed` fills the store. */
export function shareLatchkey(
  seed: (latchkey: SharedLatchkey) => Promise<void>,
  past?: Past,
): () => SharedLatchkey {
  let shared: SharedLatchkey | null = null;
  let close: () => Promise<void> = () => Promise.resolve();
  test.beforeAll(async ({ sharedBrowser, viewport }) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
    const data = join(folder, 'data');
    const adminToken = newAdminToken();
    if (past !== undefined) {
      const before = await startHeadless(data, adminToken);
      await past.lived(before);
      await before.stop();
      past.aged(data);
    }
    const app = await startHeadless(data, adminToken);
    const browser = await sharedBrowser();
    const context = await browser.newContext({
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const contexts = [context];
    const screen = await context.newPage();
    const complaints = watchPage(screen);
    close = async () => {
      for (const opened of contexts) await opened.close();
      await app.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      expect(complaints).toEqual([]);
    };
    await screen.goto(await app.pairingLink());
    await screen.getByRole('navigation').first().waitFor();
    await screen.getByRole('heading', { level: 1 }).first().waitFor();
    shared = {
      ...app,
      app,
      screen,
      complaints,
      openOther: async () => {
        const other = await browser.newContext({ viewport });
        contexts.push(other);
        const tab = await other.newPage();
        await tab.goto(await app.pairingLink());
        await tab.getByRole('navigation').first().waitFor();
        await tab.evaluate((hash) => (location.hash = hash), new URL(screen.url()).hash);
        return tab;
      },
      goTo: (route) => goTo(screen, route),
    };
    await seed(shared);
  });
  test.afterAll(async () => {
    await close();
  });
  return () => {
    if (shared === null) throw new Error('Latchkey does not run yet.');
    return shared;
  };
}
