import { join } from 'node:path';
import { parseKey } from '#main/domain/key-format.ts';
import { openBrowser } from '../bench-browser.ts';
import type { Figure } from '../figures.ts';
import { fillLog } from '../fill-log.ts';
import { makeStore } from '../latchkey.ts';
import type { Case } from './case.ts';
import { liveTail, requestLog } from './screens-log.ts';
import { coldLoad, keysList, oneKey, palette, routeChanges } from './screens-pages.ts';

/** In this order: the window is opened once. */
const MEASURES = [coldLoad, routeChanges, keysList, palette, oneKey, requestLog, liveTail];

/** The budgets of the screens in a real browser, with ten thousand keys and a million rows. Wall time: the browser, the server and its
 *  worker share this machine. */
export const screens: Case = async (options) => {
  const { isSmoke, say } = options;
  const [keys, rows] = isSmoke ? [200, 20_000] : [10_000, 1_000_000];
  const store = await makeStore(options.directory, keys);
  const keyIds = store.secrets.slice(1, 1_001).flatMap((secret) => {
    const parsed = parseKey(secret);
    return parsed.kind === 'key' ? [parsed.keyId] : [];
  });
  fillLog(join(store.directory, 'requests.db'), rows, keyIds);
  const latchkey = await store.start('main');
  const browser = await openBrowser(latchkey);
  try {
    const bench = { ...options, browser, store, latchkey, keyIds };
    const figures: Figure[] = [];
    for (const measure of MEASURES) {
      say(`  ${measure.name}`);
      figures.push(...(await measure(bench)));
    }
    return figures;
  } finally {
    await browser.close();
    await latchkey.server.stop();
  }
};
