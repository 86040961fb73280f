import { type Browser, chromium, type Page } from 'playwright';
import { engineAlone } from '../../chromium.ts';
import { findIn } from '../../find-secret.ts';
import { RevealDialog } from '../../pages/reveal-dialog.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { startTeamServer } from '../worlds/team-server.ts';

/** After the dialog was closed: what was drawn before is kept for a while. */
const WAIT_MS = 5_000;
/** Else a picture of the memory holds the first 1,024 characters of each text. */
const WHOLE_TEXTS = '--js-flags=--heap-snapshot-string-limit=10000000';

/** Makes keys on the screen, closes the dialog that shows each, and looks for their secrets in all of the page's memory. `keeps`: the
 *  page holds on to what it was told. */
async function heaps(work: Workbench, keys: number, keeps: boolean): Promise<Figure> {
  const team = await startTeamServer(work, work.program);
  const engine = engineAlone();
  const browser: Browser = await chromium.launch({ ...engine, args: [...(engine.args ?? []), WHOLE_TEXTS] });
  work.onEnd(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  if (keeps) await page.addInitScript(KEEPS_REPLIES);
  const { url } = await team.call('sessions.createPairingLink', {});
  await page.goto(url ?? '');
  await page.getByRole('navigation').first().waitFor();
  let found = 0;
  let seenOpen = 0;
  let searchedBytes = 0;
  const guises = new Set<string>();
  for (let key = 0; key < keys; key += 1) {
    const { secret, whileOpen } = await createKey(page, `Key ${String(key)}`);
    if (whileOpen) seenOpen += 1;
    await page.getByRole('link', { name: 'Partners' }).click();
    await page.getByRole('heading', { level: 1, name: 'Partners' }).waitFor();
    await page.waitForTimeout(WAIT_MS);
    const memory = await heapOf(page);
    searchedBytes += memory.length;
    const findings = findIn('heap', memory, [secret]);
    if (findings.length > 0) found += 1;
    for (const { encoding } of findings) guises.add(encoding);
  }
  return {
    reached: `${String(found)} of ${String(keys)} secrets in the memory of the page ${String(WAIT_MS / 1_000)} s after their dialog was closed${found > 0 ? ` (${[...guises].join(', ')})` : ''}; ${String(seenOpen)} of ${String(keys)} found while it was open; ${(searchedBytes / 1e6).toFixed(0)} MB searched`,
    holds: found === 0 && seenOpen === keys,
  };
}

async function createKey(
  page: Page,
  name: string,
): Promise<{ readonly secret: string; readonly whileOpen: boolean }> {
  await page.getByRole('banner').getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('combobox', { name: 'Application' }).click();
  await page.getByRole('option').first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('checkbox').first().check();
  await page.getByRole('main').getByRole('button', { name: 'Create key' }).click();
  const { dialog } = new RevealDialog(page);
  await dialog.getByRole('button', { name: 'Reveal' }).click();
  const secret = await dialog.getByLabel('The key', { exact: true }).innerText();
  const whileOpen = findIn('heap', await heapOf(page), [secret]).length > 0;
  await dialog.getByRole('checkbox', { name: 'I have stored this key or handed it over' }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return { secret, whileOpen };
}

/** Everything that scripts of the page can still reach, after a collection. */
async function heapOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const pieces: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => pieces.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(pieces.join(''));
}

/** Runs in the page. */
const KEEPS_REPLIES = (): void => {
  const kept: string[] = [];
  Object.assign(window, { kept });
  const { json } = Response.prototype;
  Response.prototype.json = async function keepJson(this: Response) {
    const value: unknown = await json.call(this);
    kept.push(JSON.stringify(value));
    return value;
  };
};

/** The memory of the page. */
export const cases: readonly ProveCase[] = [
  {
    id: 'F8',
    promise:
      'Once the dialog that shows a new key is closed, the memory of the page holds nothing of its secret',
    target: '0 of 20 after 5 s',
    tier: 'T2',
    figure: (work) => heaps(work, Math.max(2, work.count(20)), false),
    controls: [{ fault: 'the page keeps the replies of the server', run: (work) => heaps(work, 1, true) }],
  },
];
