import { expect, type Page } from 'playwright/test';

/** Shows a route by a way inside the page, for example `/keys`, and waits until its screen has taken the place of the former one and
 *  its parts have come in. */
export async function goTo(screen: Page, route: string): Promise<void> {
  await screen.evaluate(
    (hash) =>
      new Promise<void>((done) => {
        if (location.hash === hash) {
          done();
          return;
        }
        // The router hears of it in the same turn.
        addEventListener('hashchange', () => setTimeout(done), { once: true });
        location.hash = hash;
      }),
    `#${route}`,
  );
  await screen.waitForFunction(isSettled);
  await screen.getByRole('heading', { level: 1 }).first().waitFor();
  await expect(screen.locator('[aria-busy="true"]')).toHaveCount(0);
}

/** Has the router drawn the place that the address names? The former screen stays until the code of the next one is loaded. */
function isSettled(): boolean {
  const router: unknown = Reflect.get(window, '__TSR_ROUTER__');
  if (typeof router !== 'object' || router === null) return false;
  const { state, latestLocation } = router as {
    readonly state: { readonly status: string; readonly resolvedLocation?: { readonly href: string } };
    readonly latestLocation: { readonly href: string };
  };
  return state.status === 'idle' && state.resolvedLocation?.href === latestLocation.href;
}
