import { setImmediate as nextTurn } from 'node:timers/promises';
import { HANDOFF_REMIND_MS } from '#contract/handoffs.ts';
import { EXPIRY_LEAD_DAYS } from '#contract/notice-kinds.ts';
import type { QuotaNotice } from '#contract/notices.ts';
import type { TurnedAway } from '#contract/system.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { NoticeFacts } from '#main/domain/notice-plan.ts';
import type { SpikeRow } from '#main/sqlite/requests-spike-queries.ts';
import { createNoticeSourceQueries, NOTICE_ROWS_MAX } from '#main/sqlite/notice-source-queries.ts';

const DAY_MS = 86_400_000;
const EXPIRY_AHEAD_MS = Math.max(...EXPIRY_LEAD_DAYS) * DAY_MS;
/** Overlaps are told in their last day at most. */
const OVERLAP_AHEAD_MS = DAY_MS;
/** What a stop brought with it is told of for so long after it. */
const STOP_TOLD_MS = 7 * DAY_MS;

/** What the store does not know. */
export interface ForeignFacts {
  /** Of the log, newest first. */
  readonly quotas: readonly QuotaNotice[];
  /** Of the log, newest first. */
  readonly spikes: readonly SpikeRow[];
  readonly backup: NoticeFacts['backup'];
  readonly storage: NoticeFacts['storage'];
  /** Newest first. */
  readonly turnedAway: readonly TurnedAway[];
  /** Where in the audit trail to look for leaked keys from. */
  readonly afterSeq: number;
}

type Sources = ReturnType<typeof createNoticeSourceQueries>;

/** All there is to tell from, but for keys that expire. Throws what the store throws. */
export function gatherFacts(
  context: UseCaseContext,
  sources: Sources,
  { foreign, sinceMs }: { readonly foreign: ForeignFacts; readonly sinceMs: number },
): NoticeFacts {
  const { nowMs, db } = context;
  return {
    nowMs,
    sinceMs,
    expiring: [],
    inGrace: sources.inGrace(nowMs),
    idle: sources.idle(nowMs).filter(({ keyId, quietSinceMs }) => {
      const usedAtMs = db.lastUsed.keyAt(keyId);
      return usedAtMs === null || usedAtMs <= quietSinceMs;
    }),
    rotations: sources.rotations(nowMs),
    overlaps: sources.overlaps({ nowMs, beforeMs: nowMs + OVERLAP_AHEAD_MS }).map((overlap) => ({
      ...overlap,
      oldUsedAtMs: db.lastUsed.secretAt(overlap.keyId, overlap.version),
    })),
    missedOverlaps: missedOverlaps(context, sources, sinceMs),
    handoffs: sources.handoffs({ sinceMs, remindMs: HANDOFF_REMIND_MS }),
    quotas: foreign.quotas.map((quota) => ({
      owner: { kind: quota.ownerKind, id: quota.ownerId, name: quota.ownerName },
      contactEmail: sources.contactOf(quota.ownerKind, quota.ownerId),
      threshold: quota.threshold,
      used: quota.used,
      limit: quota.limit,
      periodStartMs: quota.periodStartAt,
      atMs: quota.at,
    })),
    leaked: sources.leaked({ sinceMs, afterSeq: foreign.afterSeq }),
    spikes: foreign.spikes.flatMap(({ keyId, at, requests, usual, most }) => {
      const key = sources.workingKey(keyId, nowMs);
      return key === null ? [] : [{ ...key, atMs: at, requests, usual, most }];
    }),
    accessRequests: sources.accessRequests(sinceMs),
    backup: foreign.backup,
    storage: foreign.storage,
    turnedAway: foreign.turnedAway.map(({ kind, startedAt, endedAt, count, by }) => ({
      ...{ kind, startedAtMs: startedAt, endedAtMs: endedAt, count },
      names: by.map(({ name }) => name),
    })),
  };
}

/** None until it is known when the program was off and what was used before. */
function missedOverlaps(
  { db: { lastUsed }, nowMs }: UseCaseContext,
  sources: Sources,
  sinceMs: number,
): NoticeFacts['missedOverlaps'] {
  const fromMs = Math.max(sinceMs, nowMs - STOP_TOLD_MS);
  return lastUsed.stops
    .filter(({ toMs }) => toMs >= fromMs)
    .flatMap((stop) =>
      sources.missedOverlaps({ ...stop, nowMs }).map(({ newVersion, ...overlap }) => ({
        ...overlap,
        ...{ offFromMs: stop.fromMs, offToMs: stop.toMs },
        oldUsedAtMs: lastUsed.secretAt(overlap.keyId, overlap.version),
        newUsedAtMs: lastUsed.secretAt(overlap.keyId, newVersion),
      })),
    );
}

/** Keys that expire soon, page by page, each in a turn of its own: with very many of them nobody waits for long. */
export async function* expiringPages(
  sources: Sources,
  nowMs: number,
): AsyncGenerator<NoticeFacts['expiring'], void> {
  let from = { afterMs: nowMs, afterId: '' };
  for (;;) {
    const page = sources.expiring({ ...from, beforeMs: nowMs + EXPIRY_AHEAD_MS });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < NOTICE_ROWS_MAX) return;
    from = { afterMs: last.expiresAtMs, afterId: last.keyId };
    await nextTurn();
  }
}
