import { expect, type Locator, type Page } from 'playwright/test';

/** How often the client calls: its own figures are no finer. */
const POLL_MS = 50;
/** How long the command is held up on its way: without it both figures are a few milliseconds, and any figure would do. */
const HELD_MS = 300;
/** A page on a busy machine gets to its own measurement later than the client to its call. */
const BUSY_MS = 400;

/** What a client saw, in ms since the click: the last call that passed was sent, the first refusal was there. */
interface ClientSaw {
  readonly acceptedMs: number;
  readonly refusedMs: number;
}

interface Watched {
  /** Calls once; was it refused? */
  readonly ask: () => Promise<boolean>;
  /** The command that takes something away. */
  readonly procedure: string;
  /** Clicks what sends it. */
  readonly click: () => Promise<void>;
  /** Where the screen tells how long it took. */
  readonly told: Locator;
}

/** Clicks while a client polls. Answers the ms that the screen tells and what the client saw; fails when nobody clicked. */
export async function withPollingClient(
  screen: Page,
  { ask, procedure, click, told }: Watched,
): Promise<{ readonly told: number; readonly client: ClientSaw }> {
  const path = `**/api/${procedure}`;
  await screen.route(path, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, HELD_MS));
    await route.continue();
  });
  await screen.evaluate(() => {
    const note = () => (document.body.dataset['clickedAt'] = String(Date.now()));
    document.body.dataset['clickedAt'] = '';
    document.addEventListener('click', note, { capture: true, once: true });
  });
  let acceptedAt = 0;
  const polling = (async () => {
    for (;;) {
      const sentAt = Date.now();
      if (await ask()) return Date.now();
      acceptedAt = sentAt;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  await click();
  const refusedAt = await polling;
  const clickedAt = Number(await screen.evaluate(() => document.body.dataset['clickedAt']));
  expect(clickedAt, 'the moment of the click').toBeGreaterThan(0);
  await expect(told).toContainText(/after \d+ ms/);
  const shown = Number(/after (\d+) ms/.exec(await told.innerText())?.[1]);
  await screen.unroute(path);
  return {
    told: shown,
    client: { acceptedMs: acceptedAt - clickedAt, refusedMs: refusedAt - clickedAt },
  };
}

/** The screen's figure lies within a fifth of the client's, as far as one can tell: the client knows only that it was accepted at one
 *  call and refused at the next one. */
export function expectWhatTheClientSaw(shownMs: number, { acceptedMs, refusedMs }: ClientSaw): void {
  expect(acceptedMs, 'accepted after the click').toBeGreaterThan(0.5 * HELD_MS);
  expect(shownMs).toBeGreaterThanOrEqual(0.8 * acceptedMs);
  expect(shownMs).toBeLessThanOrEqual(1.2 * refusedMs + BUSY_MS);
}
