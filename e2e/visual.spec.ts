import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright/test';
import { wholeBrowser } from './chromium.ts';
import { expect, test } from './fixtures.ts';
import { seedTeam } from './seed-team.ts';
import { seedTrade } from './seed-trade.ts';

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
    screen.locator('[role="gridcell"]:has(time)'),
    screen.locator('code, samp').or(screen.getByText(/^lk_(live|test)_/)),
    screen.locator('.recharts-responsive-container'),
  ];
}

const SCREENS = [
  { name: 'keys', route: '/keys' },
  { name: 'create-key', route: '/keys/new' },
  { name: 'partners', route: '/partners' },
  { name: 'appearance', route: '/settings/appearance' },
  { name: 'help', route: '/keys', keys: '?' },
] as const;

test('the main screens look as they did, in both themes and two densities', async ({ latchkey }) => {
  const { screen, call, serviceUrl, goTo } = latchkey;
  const version = screen.context().browser()?.version() ?? '';
  const kept = readFileSync(join(pictures, 'drawn-by.txt'), 'utf8').trim();
  const tolerance = drawnBy(version) === drawnBy(kept) ? SAME_BROWSER : OTHER_BROWSER;
  test.info().annotations.push({ type: 'drawn by', description: `Chromium ${version}; kept: ${kept}` });
  const seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
  await screen.setViewportSize({ width: 1280, height: 800 });
  await screen.emulateMedia({ reducedMotion: 'reduce' });
  for (const [theme, density] of [
    ['light', 'compact'],
    ['dark', 'comfortable'],
  ] as const) {
    await screen.evaluate(
      ([chosenTheme, chosenDensity]) => {
        localStorage.setItem('latchkey.theme', chosenTheme);
        localStorage.setItem('latchkey.density', chosenDensity);
      },
      [theme, density] as const,
    );
    await screen.reload();
    for (const { name, route, ...more } of SCREENS) {
      await goTo(route);
      if ('keys' in more) await screen.keyboard.press(more.keys);
      await screen.mouse.move(640, 5);
      await screen.evaluate(() => document.fonts.ready);
      await expect.soft(screen).toHaveScreenshot([`${name}-${theme}-${density}.png`], {
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
