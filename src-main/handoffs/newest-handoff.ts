import type { UseCaseContext } from '#main/context.ts';
import { must } from '#main/platform/must.ts';
import type { StoredHandoff } from '#main/sqlite/handoff-queries.ts';
import type { StoredRun } from '#main/sqlite/rotation-run-queries.ts';

/** The handoff of a rotation that goes on: somebody may have sent another one in place of the first. */
export function newestHandoff({ db }: UseCaseContext, run: StoredRun): StoredHandoff {
  let handoff = must(db.handoffs.get(must(run.handoffId, 'a link is out')), 'handoffs are kept');
  while (handoff.replacedBy !== null)
    handoff = must(db.handoffs.get(handoff.replacedBy), 'handoffs are kept');
  return handoff;
}
