import type { Page } from 'playwright/test';
import { everyRoute } from './every-route.ts';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 480_000 });

/** Makes every text on screen two fifths longer, in brackets and with accents, as `en-XA` would: the words stand in the screens, so
 *  that the page is changed and not a catalogue. Names, figures and times grow with them. */
function lengthenTexts(screen: Page): Promise<void> {
  return screen.evaluate(() => {
    const ACCENTS: Record<string, string> = {
      a: 'á',
      e: 'é',
      i: 'í',
      o: 'ö',
      u: 'û',
      A: 'Å',
      E: 'È',
      O: 'Ø',
      n: 'ñ',
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = node.nodeValue?.trim() ?? '';
      const holder = node.parentElement;
      if (
        text.length < 2 ||
        text.startsWith('[') ||
        holder === null ||
        holder.closest('script, style, svg, kbd, code, pre') !== null
      )
        continue;
      const longer = `${text.replaceAll(/[aeiouAEOn]/g, (letter) => ACCENTS[letter] ?? letter)}${' ~~~~~'.repeat(Math.ceil(text.length / 15))}`;
      node.nodeValue = `[${longer}]`;
    }
  });
}

/** What does not fit: a window that scrolls sideways, buttons and tabs whose words are cut off, controls outside the window. */
function misfits(screen: Page): Promise<readonly string[]> {
  return screen.evaluate(() => {
    const found: string[] = [];
    const wide = (element: Element, name: string) => {
      if (element.scrollWidth <= element.clientWidth + 1) return;
      const edge = element.getBoundingClientRect().right;
      const widest = [...element.querySelectorAll('*')].findLast(
        (part) => part.getBoundingClientRect().right > edge,
      );
      const culprit =
        widest === undefined
          ? ''
          : `, by <${widest.tagName.toLowerCase()}> ${widest.textContent.slice(0, 60)}`;
      found.push(
        `${name} scrolls sideways by ${String(element.scrollWidth - element.clientWidth)} px${culprit}`,
      );
    };
    wide(document.documentElement, 'the window');
    const main = document.querySelector('main');
    for (const page of main === null
      ? []
      : [main, ...main.querySelectorAll(':scope > div, :scope > div > div')])
      wide(page, `the page (${page.className.toString().slice(0, 30)})`);
    for (const control of document.querySelectorAll<HTMLElement>('button, [role="tab"], a.button-link')) {
      const box = control.getBoundingClientRect();
      const words = control.innerText.trim().slice(0, 40);
      if (box.width === 0 || words === '' || getComputedStyle(control).visibility === 'hidden') continue;
      // An ellipsis is a way to say that there is more; the whole text is in the name.
      const isShortened = [control, ...control.querySelectorAll('*')].some(
        (part) => getComputedStyle(part).textOverflow === 'ellipsis',
      );
      if (!isShortened && control.scrollWidth > control.clientWidth + 1) found.push(`“${words}” is cut off`);
      const isScrolled =
        control.closest('[role="grid"], [role="tablist"], pre, table, [data-scrolls]') !== null;
      if (!isScrolled && (box.left < -1 || box.right > innerWidth + 1)) found.push(`“${words}” lies outside`);
    }
    return found;
  });
}

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
] as const;

let routes: readonly string[];
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  ({ routes } = await everyRoute(call, serviceUrl));
});

test('texts that are two fifths longer still fit, from left to right and from right to left: no page scrolls sideways, no button is cut off', async () => {
  const { screen, goTo } = latchkey();
  const turn = (dir: 'ltr' | 'rtl') => screen.evaluate((to) => (document.documentElement.dir = to), dir);
  for (const route of routes) {
    await goTo(route);
    await lengthenTexts(screen);
    for (const size of SIZES) {
      await screen.setViewportSize(size);
      expect.soft(await misfits(screen), `${route} at ${String(size.width)} px`).toEqual([]);
    }
    await turn('rtl');
    expect.soft(await misfits(screen), `${route} from right to left`).toEqual([]);
    await turn('ltr');
  }
});

test('with a script that runs from right to left, the window turns round', async () => {
  const { screen, goTo } = latchkey();
  await screen.setViewportSize(SIZES[0]);
  await screen.evaluate(() => (document.documentElement.dir = 'rtl'));
  const rail = await screen.getByRole('navigation', { name: 'Main' }).boundingBox();
  const main = await screen.getByRole('main').boundingBox();
  expect(rail?.x).toBeGreaterThan(main?.x ?? Infinity);
  await goTo(routes.find((route) => route.startsWith('/keys?key=')) ?? '/keys');
  const inspector = await screen.getByRole('complementary').boundingBox();
  expect(inspector?.x).toBeLessThan(200);
});
