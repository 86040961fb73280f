import { timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { currentVersion } from '#main/domain/key-status.ts';
import { loadKey } from '#main/keys/key-view.ts';
import type { StoredKey } from '#main/sqlite/stored-key.ts';
import { createRotationRunQueries, type StoredRun } from '#main/sqlite/rotation-run-queries.ts';
import type { StoredSecret } from '#main/sqlite/secret-queries.ts';
import { newestHandoff } from './newest-handoff.ts';
import { LAST_CALL_MS } from './rotation-watch.ts';

/** From the start of the program both secrets live for so long at least: a day in which whoever has the new one can show it, and the day
 *  before the end at which it is taken back otherwise. */
const REPRIEVE_MS = 2 * LAST_CALL_MS;

/** Gives old secrets more time where the program was off when a new one that nobody used would have been taken back: else callers would
 *  come back to a key of which they have no valid secret, though nobody decided that. Call it once, when the program starts and before
 *  anything else looks at rotations and handoffs. It is the one case in which a secret lives again whose time was over, so it does that
 *  only for rotations that the program began by itself, and never for a key that is revoked, or that was found somewhere, or whose
 *  overlap somebody (or its idle end) has ended. One that fails holds up no other; the first failure is thrown at the end. */
export function reprieveOverlaps(context: UseCaseContext): void {
  const failed: unknown[] = [];
  for (const run of createRotationRunQueries(context.db.handle).listRuns()) {
    try {
      if (run.state === 'waiting') reprieve(context, run);
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

function reprieve(context: UseCaseContext, run: StoredRun): void {
  const { db, nowMs } = context;
  const { key, secrets } = loadKey(context, run.keyId);
  const handoff = newestHandoff(context, run);
  const old = secrets.find(({ version }) => version === run.baseVersion);
  const isUnused =
    currentVersion(secrets) === handoff.secretVersion &&
    handoff.state !== 'confirmed' &&
    db.lastUsed.secretAt(key.id, handoff.secretVersion) === null;
  if (key.revokedAtMs !== null || old === undefined || old.endsAtMs === null || !isUnused) return;
  if (
    old.endsAtMs - nowMs >= LAST_CALL_MS ||
    wasFound(context, key.id, old) ||
    wasEnded(context, key.id, old)
  )
    return;
  const endsAtMs = endOf(key, nowMs);
  if (endsAtMs <= old.endsAtMs) return;
  context.command(() => {
    db.secrets.setEnd(key.id, old.version, endsAtMs);
    return {
      value: null,
      audit: {
        action: 'rotations.reprieve',
        subject: { kind: 'key', id: key.id, name: key.name },
        before: { secretVersion: old.version, overlapEndsAt: old.endsAtMs },
        after: { secretVersion: old.version, overlapEndsAt: endsAtMs },
        reason: 'The program was off when its new secret, which nobody used, would have been taken back.',
      },
      changed: ['keys'],
    };
  });
}

/** Was this secret, or one of its key that nobody knows, found where it does not belong? */
function wasFound({ db }: UseCaseContext, keyId: KeyId, { version }: StoredSecret): boolean {
  return db.leaks
    .list({ keyId, isOpen: null }, LEAKS_MAX)
    .some(({ secretVersion }) => secretVersion === null || secretVersion === version);
}

const LEAKS_MAX = 1_000;

/** Did somebody end it, and not the time? */
function wasEnded({ db, nowMs }: UseCaseContext, keyId: KeyId, { endsAtMs }: StoredSecret): boolean {
  if (endsAtMs === null || endsAtMs > nowMs) return false;
  return (
    db.audit.count({ subjectKind: 'key', subjectId: keyId, action: 'keys.endOverlap', from: endsAtMs }) > 0
  );
}

/** Not beyond the life of the key. */
function endOf({ expiresAtMs }: StoredKey, nowMs: number): TimestampMs {
  return timestampMs.parse(Math.min(nowMs + REPRIEVE_MS, expiresAtMs ?? Infinity));
}
