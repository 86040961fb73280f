import { timestampMs } from '#contract/ids.ts';
import { ROTATION_LINK_MS_MIN } from '#contract/rotation-handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { currentVersion, retiringSecret } from '#main/domain/key-status.ts';
import { oneLine } from '#main/domain/notice-words.ts';
import { extendOverlap } from '#main/keys/extend-overlap.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { undoneRotation } from '#main/keys/undo-rotation.ts';
import { mailContact } from '#main/letters/mail-contact.ts';
import type { StoredHandoff } from '#main/sqlite/handoff-queries.ts';
import { createRotationRunQueries, type StoredRun } from '#main/sqlite/rotation-run-queries.ts';
import { beginRotation, utc } from './begin-rotation.ts';
import { joinOutcomes, takeStep } from './handoff-step.ts';
import { newestHandoff } from './newest-handoff.ts';
import { consentFor } from './rotation-consent.ts';

/** So long before the old secret would end, a new one that nobody used is taken back instead. */
export const LAST_CALL_MS = 86_400_000;

/** Begins rotations whose time has come and carries those on that go on. Callers always have a valid secret: the old one ends only
 *  after the new one was used. What fails for one key holds up no other; the first of it is thrown at the end. `context` takes the
 *  time. */
export function lookAtRotations(context: () => UseCaseContext): void {
  const queries = createRotationRunQueries(context().db.handle);
  const failed: unknown[] = [];
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      failed.push(error);
    }
  };
  for (const run of queries.listRuns()) attempt(() => carryOn(context(), run));
  const { nowMs } = context();
  // The old secret of a key that ends soon would end before anybody could come for the new one.
  for (const due of queries.due(nowMs, nowMs + LAST_CALL_MS + ROTATION_LINK_MS_MIN)) {
    attempt(() => beginRotation(context(), due));
  }
  if (failed.length > 0) throw failed[0];
}

function carryOn(context: UseCaseContext, run: StoredRun): void {
  const { db, nowMs } = context;
  const queries = createRotationRunQueries(db.handle);
  const { key, secrets } = loadKey(context, run.keyId);
  const version = currentVersion(secrets);
  const forget = (): void => db.transaction(() => queries.deleteRun(run.keyId));
  if (key.revokedAtMs !== null) {
    forget();
    return;
  }
  if (run.state !== 'waiting') {
    // Somebody gave the key another secret: the next rotation is another one.
    if (version !== run.baseVersion) forget();
    return;
  }
  const handoff = newestHandoff(context, run);
  const isInForce = version === handoff.secretVersion;
  const old = isInForce ? retiringSecret(secrets, nowMs) : null;
  switch (handoff.state) {
    case 'confirmed':
      finish(context, run, old?.endsAtMs ?? null);
      return;
    case 'prepared':
    case 'opened':
    case 'revealed':
      if (!isInForce) stop(context, run, { problem: 'The rotation was taken back by hand.', hasOld: false });
      else if (old !== null && (old.endsAtMs ?? 0) - nowMs >= LAST_CALL_MS) remind(context, run, handoff);
      // Verification knows that the new secret is in use, though the log lost the request that would have confirmed it.
      else if (db.lastUsed.secretAt(key.id, version) !== null) finish(context, run, old?.endsAtMs ?? null);
      else if (old !== null) lastCall(context, run, handoff);
      else remind(context, run, handoff);
      return;
    case 'expired':
    case 'locked_out':
      again(context, run, { isLockedOut: handoff.state === 'locked_out', hasOld: old !== null });
      return;
    case 'withdrawn':
      stop(context, run, { problem: 'The handoff was withdrawn.', hasOld: old !== null });
  }
}

/** The new secret was used: from here on the old one has the time that was agreed to. */
function finish(context: UseCaseContext, run: StoredRun, oldEndsAtMs: number | null): void {
  const { db, nowMs } = context;
  const queries = createRotationRunQueries(db.handle);
  const { key } = loadKey(context, run.keyId);
  const consent = consentFor(context, key);
  const endsAtMs = nowMs + Math.max(consent?.overlapMs ?? 0, MOMENT_MS);
  if (consent !== null && oldEndsAtMs !== null && endsAtMs < oldEndsAtMs) {
    extendOverlap(context, { keyId: key.id, endsAt: timestampMs.parse(endsAtMs) });
  }
  db.transaction(() => queries.deleteRun(key.id));
}

/** An overlap ends in the future. */
const MOMENT_MS = 1_000;

/** Nobody revealed it: the old secret is the current one again, and another link is sent, or somebody is asked. */
function again(
  context: UseCaseContext,
  run: StoredRun,
  { isLockedOut, hasOld }: { readonly isLockedOut: boolean; readonly hasOld: boolean },
): void {
  const { db, nowMs } = context;
  const queries = createRotationRunQueries(db.handle);
  const { key } = loadKey(context, run.keyId);
  const consent = consentFor(context, key);
  const isOver = isLockedOut || consent === null || consent.isOn === 0 || run.tries >= consent.triesMax;
  if (isOver) {
    const problem = isLockedOut
      ? 'Five wrong codes were entered.'
      : `Nobody came for the new secret, after ${String(run.tries)} ${run.tries === 1 ? 'link' : 'links'}.`;
    stop(context, run, { problem, hasOld });
    return;
  }
  context.command(() => {
    queries.putRun({ ...run, state: 'again', isReminded: 0, nextAtMs: nowMs });
    return joinOutcomes(takenBack(context, run, hasOld), noted(context, run, 'rotations.again', null));
  });
}

/** The old secret goes on without an end, and nothing happens until somebody acts. */
function stop(
  context: UseCaseContext,
  run: StoredRun,
  { problem, hasOld }: { readonly problem: string; readonly hasOld: boolean },
): void {
  context.command(() => {
    const stopped = { ...run, state: 'given_up', nextAtMs: null, problem } as const;
    createRotationRunQueries(context.db.handle).putRun(stopped);
    return joinOutcomes(takenBack(context, run, hasOld), noted(context, run, 'rotations.giveUp', problem));
  });
}

/** The old secret is about to end and nobody ever used the new one. */
function lastCall(context: UseCaseContext, run: StoredRun, handoff: StoredHandoff): void {
  const problem = 'The new secret was never used before the old one would have ended.';
  context.command(() => {
    const withdrawn = takeStep(context, {
      ...{ id: handoff.id, step: 'withdraw_secret', event: 'secret_withdrawn', action: 'handoffs.expire' },
      ...{ progress: { endedAtMs: context.nowMs }, detail: problem },
    });
    const stopped = { ...run, state: 'given_up', nextAtMs: null, problem } as const;
    createRotationRunQueries(context.db.handle).putRun(stopped);
    const taken = takenBack(context, run, true);
    return joinOutcomes([withdrawn, ...taken], noted(context, run, 'rotations.giveUp', problem));
  });
}

function takenBack(
  context: UseCaseContext,
  { keyId }: StoredRun,
  hasOld: boolean,
): readonly CommandOutcome<unknown>[] {
  return hasOld ? [undoneRotation(context, { keyId, reason: 'Nobody received its new secret.' })] : [];
}

function noted(
  context: UseCaseContext,
  { keyId, tries }: StoredRun,
  action: string,
  problem: string | null,
): CommandOutcome<null> {
  const { name } = loadKey(context, keyId).key;
  return {
    value: null,
    audit: {
      action,
      subject: { kind: 'key', id: keyId, name },
      after: { tries, ...(problem === null ? {} : { problem }) },
    },
    changed: ['keys', 'handoffs'],
  };
}

/** When half of its time is over, the contact is told once more that a link waits. */
function remind(context: UseCaseContext, run: StoredRun, handoff: StoredHandoff): void {
  const { createdAtMs, expiresAtMs, state, recipientContact, recipientName } = handoff;
  const isDue =
    run.isReminded === 0 &&
    state !== 'revealed' &&
    expiresAtMs !== null &&
    context.nowMs >= (createdAtMs + expiresAtMs) / 2;
  if (!isDue) return;
  const { name } = loadKey(context, run.keyId).key;
  context.command(() => {
    createRotationRunQueries(context.db.handle).putRun({ ...run, isReminded: 1 });
    const mailed = mailContact(context, {
      ...{ kind: 'rotation_note', to: recipientContact },
      about: { kind: 'handoff', id: handoff.id, name: recipientName },
      subject: `The new secret of key “${oneLine(name)}” waits`,
      text: `Hello,\n\nthe new secret of your API key “${oneLine(name)}” still waits behind the link of our mail of ${utc(createdAtMs)}, until ${utc(expiresAtMs)}. The old one goes on meanwhile.\n\nIf you have lost the link or miss the six words, ask whoever runs the API.\n`,
    });
    return joinOutcomes(mailed === null ? [] : [mailed], noted(context, run, 'rotations.remind', null));
  });
}
