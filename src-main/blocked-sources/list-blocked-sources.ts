import type { BlockedSource } from '#contract/blocked-sources.ts';
import type { Output } from '#contract/contract.ts';
import type { BlockedSourceId, TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { StoredBlockedSource } from '#main/sqlite/blocked-source-queries.ts';

/** Calls that a source refused since the program started; null = none. */
export type HitsOf = (id: BlockedSourceId) => { readonly count: number; readonly lastAt: TimestampMs } | null;

/** Makes blockedSources.list. */
export function createListBlockedSources(hitsOf: HitsOf) {
  return ({ db, nowMs }: UseCaseContext): Output<'blockedSources.list'> => ({
    items: db.blockedSources.list().map((source) => viewBlockedSource(source, nowMs, hitsOf)),
  });
}

/** A blocked source as callers see it. */
export function viewBlockedSource(source: StoredBlockedSource, nowMs: number, hitsOf: HitsOf): BlockedSource {
  const hits = hitsOf(source.id);
  return {
    ...source,
    isEnded: source.expiresAt !== null && source.expiresAt <= nowMs,
    hits: hits?.count ?? 0,
    lastHitAt: hits?.lastAt ?? null,
  };
}
