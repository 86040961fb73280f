import type { KeyId } from '#contract/ids.ts';
import type { Pause } from './each-stretch.ts';
import { principalsOf } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';
import { totalsByPrincipal } from './totals-by-principal.ts';
import { lastHours, usageOfKey } from './usage-by-key.ts';

/** Keys counted in one turn: a few ms. */
const TURN_KEYS = 50;

/** Keys of whose requests at least this share failed, over the hours and by the rule of usage.byKey. Those without any request
 *  are left out. */
export async function keysFailing(
  store: RequestsStore,
  errorRateMin: number,
  nowMs: number,
  pause: Pause,
): Promise<readonly KeyId[]> {
  const hours = lastHours(nowMs);
  const parts = [{ width: 'hour', ...hours }] as const;
  const totals = await totalsByPrincipal(store, { parts, principals: null, services: null, pause });
  const used = new Set<KeyId>();
  for (const { id, keyId } of principalsOf(store.db, {})) {
    if ((totals.get(id)?.total ?? 0) > 0) used.add(keyId);
  }
  const failing: KeyId[] = [];
  let counted = 0;
  for (const keyId of used) {
    const usage = usageOfKey(store, keyId, hours);
    if (usage.total > 0 && usage.errorRate >= errorRateMin) failing.push(keyId);
    counted += 1;
    if (counted % TURN_KEYS === 0) await pause();
  }
  return failing;
}
