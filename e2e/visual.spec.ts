import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright/test';
import { wholeBrowser } from './chromium.ts';
import { expect, test, type Latchkey } from './fixtures.ts';
import { seedTeam } from './seed-team.ts';
import { report, seedTrade, type SeededTrade } from './seed-trade.ts';

const pictures = resolve(import.meta.dirname, 'pictures', process.platform);

/** What may differ: the share of a picture's points, and how far a point's colour is from the kept one, 0 to 1. The Chromium that drew
 *  the kept pictures draws them again to the point; others draw letters and edges a little otherwise, and only coarse faults are told. */
const SAME_BROWSER = { maxDiffPixelRatio: 0.0005, threshold: 0.04 };
const OTHER_BROWSER = { maxDiffPixelRatio: 0.01, threshold: 0.2 };

/** `149`, the part of a version that changes how things are drawn. */
const drawnBy = (text: string): string => /(\d+)\./.exec(text)?.[1] ?? '';

test.describe.configure({ timeout: 180_000 });
test.use({ launchOptions: wholeBrowser() });
// On Linux, where the tests run, missing pictures are a failure.
test.skip(process.platform !== 'linux' && !existsSync(pictures), 'No pictures were drawn on this system.');

/** What differs in every run: moments, ids, glyphs made of ids, figures that are measured. */
function changing(screen: Page) {
  return [
    screen.locator('time, [data-testid="bitting-glyph"], svg[data-bitting], footer, canvas'),
    // "now" is shorter than "2 minutes ago": the whole cell.
    screen.locator('[role="gridcell"]:has(time), [data-column="duration"]'),
    screen.locator('code, samp').or(screen.getByText(/^lk_(live|test)_/)),
    screen.locator('[data-testid="chart-time-to-decide"]'),
  ];
}

/** Times of day beside charts, and what was done a moment ago: they stand elsewhere in each run. */
function hideMoving(): void {
  const sheet = new CSSStyleSheet();
  const moving = [
    '[class*="recharts-xAxis"]',
    '[data-testid="change-flag"]',
    ':has(> [data-testid="log-histogram"])',
    // Columns of whole hours: which quarter of the hour it is decides what falls into which.
    'svg[aria-label*=" in 24 hours, "]',
  ];
  sheet.replaceSync(`${moving.join(', ')} { visibility: hidden }`);
  document.adoptedStyleSheets.push(sheet);
}

const QUARTER_MS = 15 * 60_000;
/** Longer than all pictures take. */
const PICTURES_MS = 40_000;

/** A day of requests of every class, each as far from the present quarter of an hour as in any run: so that charts look the same. */
async function seedDay({ call, serviceUrl }: Latchkey, trade: SeededTrade): Promise<void> {
  const left = QUARTER_MS - (Date.now() % QUARTER_MS);
  if (left < PICTURES_MS) await new Promise((resolve) => setTimeout(resolve, left));
  const middle = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS - QUARTER_MS / 2;
  const statuses = [200, 200, 404, 200, 503, 200, 429, 201, 304, 200];
  const entries = Array.from({ length: 90 }, (_none, index) => ({
    keyId: trade.keyId,
    method: index % 3 === 0 ? 'POST' : 'GET',
    path: index % 3 === 0 ? '/offers' : `/inventory/${String(index % 5)}`,
    responseStatus: statuses[index % statuses.length],
    durationMs: 5 + (index % 7),
    at: middle - ((index * index) % 95) * QUARTER_MS,
    clientIp: `192.0.2.${String(index % 3)}`,
  }));
  for (const entry of entries) await report(serviceUrl, trade.serviceToken, entry);
  await expect.poll(async () => (await call('system.status', {})).log.rowCount).toBe(93);
}

const LOOKS = [
  ['light', 'compact'],
  ['dark', 'comfortable'],
  ['light', 'comfortable'],
  ['dark', 'compact'],
] as const;

/** The main screens in every look, the others in two. `{keyId}` stands for the seeded key. */
const SCREENS = [
  { name: 'overview', route: '/overview', looks: 4, drawn: '.recharts-surface' },
  { name: 'keys', route: '/keys', looks: 4 },
  // What stands beside its charts says how long ago.
  {
    name: 'key-traffic',
    route: '/keys/{keyId}',
    looks: 2,
    drawn: '.recharts-surface',
    part: '[data-testid="chart-requests"]',
  },
  { name: 'requests', route: '/requests', looks: 4 },
  { name: 'create-key', route: '/keys/new', looks: 4 },
  { name: 'partners', route: '/partners', looks: 2 },
  { name: 'appearance', route: '/settings/appearance', looks: 2 },
  { name: 'help', route: '/keys', looks: 2, keys: '?' },
] as const;

test('S12.7 the main screens look as they did, in both themes and two densities, with the patterns of their charts', async ({
  latchkey,
}) => {
  const { screen, call, serviceUrl, goTo } = latchkey;
  const version = screen.context().browser()?.version() ?? '';
  const kept = readFileSync(join(pictures, 'drawn-by.txt'), 'utf8').trim();
  const tolerance = drawnBy(version) === drawnBy(kept) ? SAME_BROWSER : OTHER_BROWSER;
  test.info().annotations.push({ type: 'drawn by', description: `Chromium ${version}; kept: ${kept}` });
  const seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
  await seedDay(latchkey, seeded);
  await screen.setViewportSize({ width: 1280, height: 800 });
  await screen.emulateMedia({ reducedMotion: 'reduce' });
  for (const [look, [theme, density]] of LOOKS.entries()) {
    await screen.evaluate(
      ([chosenTheme, chosenDensity]) => {
        localStorage.setItem('latchkey.theme', chosenTheme);
        localStorage.setItem('latchkey.density', chosenDensity);
      },
      [theme, density] as const,
    );
    await screen.reload();
    await screen.evaluate(hideMoving);
    for (const { name, route, looks, ...more } of SCREENS) {
      if (look >= looks) continue;
      await goTo(route.replace('{keyId}', seeded.keyId));
      if ('keys' in more) await screen.keyboard.press(more.keys);
      if ('drawn' in more) await screen.locator(more.drawn).nth(1).waitFor();
      await screen.mouse.move(640, 5);
      await screen.evaluate(() => document.fonts.ready);
      const shown = 'part' in more ? screen.locator(more.part) : screen;
      await expect.soft(shown).toHaveScreenshot([`${name}-${theme}-${density}.png`], {
        animations: 'disabled',
        caret: 'hide',
        mask: changing(screen),
        maskColor: '#888888',
        ...tolerance,
      });
      if ('keys' in more) await screen.keyboard.press('Escape');
    }
  }
});
