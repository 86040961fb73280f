import type { KeyId } from '#contract/ids.ts';
import type { AuditDraft, CommandOutcome, UseCaseContext } from '#main/context.ts';
import { handoffStateAfter } from '#main/domain/handoff-steps.ts';
import { currentVersion, retiringSecret } from '#main/domain/key-status.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { undoneRotation } from '#main/keys/undo-rotation.ts';
import type { StoredHandoff } from '#main/sqlite/handoff-queries.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import { createRotationRunQueries } from '#main/sqlite/rotation-run-queries.ts';
import { takeStep } from './handoff-step.ts';

/** Destroys the links of keys that are given to somebody else, so that their former owner reads no new secret by them: call it in the
 *  transaction that gives them. A rotation whose new secret was in such a link alone is undone while the old secret lives; one that
 *  hands itself over begins anew, to the new contact. Files stay as they are: who has one can open it. Answers what the trail has to
 *  say. */
export function withdrawLinks(
  context: UseCaseContext,
  isGiven: (key: StoredKey) => boolean,
): readonly AuditDraft[] {
  const { db, nowMs } = context;
  const runs = createRotationRunQueries(db.handle);
  const isOfGiven = ({ keyId }: { readonly keyId: KeyId }) => isGiven(loadKey(context, keyId).key);
  const links = db.handoffs
    .listOpen()
    .filter((handoff) => handoffStateAfter(handoff, 'withdraw', nowMs) !== null && isOfGiven(handoff));
  const outcomes = links.flatMap((handoff): readonly CommandOutcome<unknown>[] => [
    takeStep(context, {
      id: handoff.id,
      step: 'withdraw',
      event: 'withdrawn',
      action: 'handoffs.withdraw',
      progress: { attention: null },
      detail: GIVEN,
    }),
    ...takenBack(context, handoff),
  ]);
  for (const run of runs.listRuns().filter(isOfGiven)) runs.deleteRun(run.keyId);
  return outcomes.flatMap(({ audit, furtherAudits }) => [audit, ...(furtherAudits ?? [])]);
}

const GIVEN = 'The key was given to another owner.';

/** Nobody has the new secret then, and the old one would end with its overlap. */
function takenBack(
  context: UseCaseContext,
  { keyId, secretVersion, isBlind }: StoredHandoff,
): readonly CommandOutcome<unknown>[] {
  const { secrets } = loadKey(context, keyId);
  const isNobodys =
    isBlind === 1 &&
    currentVersion(secrets) === secretVersion &&
    retiringSecret(secrets, context.nowMs) !== null &&
    context.db.lastUsed.secretAt(keyId, secretVersion) === null;
  return isNobodys ? [undoneRotation(context, { keyId, reason: GIVEN })] : [];
}
