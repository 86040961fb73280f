import type { LeakId } from '#contract/ids.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import type { Leak } from '#contract/leaks.ts';
import type { UseCaseContext } from '#main/context.ts';
import { keyEndsAt, keyStatus } from '#main/domain/key-status.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredLeak } from '#main/sqlite/leak-queries.ts';

/** An incident as stored. Throws LEAK_NOT_FOUND. */
export function loadLeak(context: UseCaseContext, id: LeakId): StoredLeak {
  const stored = context.db.leaks.get(id);
  if (stored !== null) return stored;
  throw new AppError('LEAK_NOT_FOUND', 'There is no incident with this id. Look it up under Leaks.');
}

/** An incident as callers see it at `context.nowMs`: contained when what was found works no more, whatever made an end of it. */
export function viewLeak(context: UseCaseContext, stored: StoredLeak): Leak {
  const key = context.db.keys.getState(stored.keyId);
  const { secretVersion } = stored;
  if (key === null) return { ...stored, status: null, containedAt: null, containedBy: 'removed' };
  const secrets = context.db.secrets.list(stored.keyId);
  const status = keyStatus(key, secrets, context.nowMs);
  const found = secrets.find(({ version }) => version === secretVersion);
  const ends = [
    { by: 'revoked', atMs: key.revokedAtMs },
    { by: 'suspended', atMs: key.suspendedAtMs },
    { by: 'expired', atMs: keyEndsAt(key) },
    { by: 'secret_ended', atMs: found?.endsAtMs ?? null },
  ] as const;
  const [first] = ends
    .flatMap(({ by, atMs }) => (atMs === null || atMs > context.nowMs ? [] : [{ by, at: moment(atMs) }]))
    .sort((one, other) => one.at - other.at);
  return { ...stored, status, containedAt: first?.at ?? null, containedBy: first?.by ?? null };
}

function moment(atMs: number): TimestampMs {
  return timestampMs.parse(atMs);
}
