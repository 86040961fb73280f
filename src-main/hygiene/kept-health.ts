import type { UseCaseContext } from '#main/context.ts';
import type { KeyHabits } from '#main/requests/requests-messages.ts';
import { judgeHabits, type KeyHealth } from './key-health.ts';

/** The parts of a board and the pages of the lists behind it see one answer. */
const KEPT_MS = 15_000;

/** Makes the question about the health of keys: one answer for KEPT_MS and as long as nothing is written to the key store. Rejects
 *  with UNAVAILABLE while the request log is down. */
export function createKeyHealth(
  habits: () => Promise<readonly KeyHabits[]>,
  monotonicMs: () => number,
): (context: UseCaseContext) => Promise<KeyHealth> {
  let kept: { readonly health: Promise<KeyHealth>; readonly revision: number; readonly atMs: number } | null =
    null;
  return (context) => {
    const atMs = monotonicMs();
    const revision = context.db.verify.revision();
    if (kept !== null && kept.revision === revision && atMs - kept.atMs < KEPT_MS) return kept.health;
    const health = habits().then((found) => judgeHabits(context, found, monotonicMs));
    const mine = { health, revision, atMs };
    kept = mine;
    // The one who asks hears of the failure; the next one asks anew.
    health.catch(() => {
      if (kept === mine) kept = null;
    });
    return health;
  };
}
