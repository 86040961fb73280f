import type { HandlerInput, Output } from '#contract/contract.ts';
import type { HandoffId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { handoffStateAt, isWaiting } from '#main/domain/handoff-steps.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { openText, sealText, type Seal } from '#main/platform/sealed-text.ts';
import { createRotationRunQueries } from '#main/sqlite/rotation-run-queries.ts';
import { loadHandoff } from './handoff-view.ts';

/** Keeps the words of a link that nobody was there to read. Without the link, which is kept nowhere, they open nothing. Inside of the
 *  command that made the handoff. */
export function holdCode({ db, keyring }: UseCaseContext, id: HandoffId, code: string): void {
  createRotationRunQueries(db.handle).putCode(id, sealText(sealOf(keyring, id), code));
}

/** Gives them to whoever passes them on, once. Throws HANDOFF_NOT_FOUND, and WRONG_STATUS when they were taken or are of no use. */
export function takeCode(
  context: UseCaseContext,
  { handoffId: id }: HandlerInput<'handoffs.takeCode'>,
): Output<'handoffs.takeCode'> {
  const { db, keyring, nowMs, actor } = context;
  return context.command(() => {
    const handoff = loadHandoff(context, id);
    const queries = createRotationRunQueries(db.handle);
    const sealed = queries.getCode(id);
    if (sealed === null) {
      throw new AppError(
        'WRONG_STATUS',
        'The words of this link were told already, or were never kept here.',
      );
    }
    if (!isWaiting(handoffStateAt(handoff, nowMs))) {
      throw new AppError('WRONG_STATUS', 'This handoff has ended: its words open nothing any more.');
    }
    queries.deleteCode(id);
    db.handoffs.addEvent(id, {
      ...{ at: nowMs, kind: 'code_taken', actorName: actor.name },
      ...{ address: null, agent: null, detail: null },
    });
    return {
      value: { handoffId: id, code: openText(sealOf(keyring, id), sealed) },
      audit: {
        action: 'handoffs.takeCode',
        subject: { kind: 'handoff', id, name: handoff.recipientName },
        after: { keyId: handoff.keyId },
      },
      changed: ['handoffs'],
    };
  });
}

function sealOf(keyring: Keyring, id: HandoffId): Seal {
  const label = 'latchkey held code v1';
  return { input: keyring.hash(label), label, about: id };
}
