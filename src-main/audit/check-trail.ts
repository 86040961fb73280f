import { setImmediate as nextTurn } from 'node:timers/promises';
import { CHAIN_START, type ChainHead, verifyChain } from '#main/domain/audit-chain.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { AuditQueries } from '#main/sqlite/audit-queries.ts';
import type { AuditAnchor } from './audit-anchor.ts';

/** Events checked in one go, about 15 ms: verifications wait no longer than that. */
export const TRAIL_SLICE_EVENTS = 2_000;

const START: ChainHead = { count: 0, hash: CHAIN_START };

/** Walks the trail up to its present head in slices, and marks the anchor broken at the first event that does not fit:
 *  an edit in the middle shows nowhere else. Starts over when a restore replaces the trail meanwhile. True when a break
 *  was found now. Throws what reading throws. */
export async function checkTrail(parts: {
  readonly anchor: AuditAnchor;
  readonly keyring: Keyring;
  /** Of the open store; asked for each slice. */
  readonly audit: () => AuditQueries;
  readonly isStopped: () => boolean;
  readonly sliceEvents?: number;
}): Promise<boolean> {
  const { anchor, keyring, audit, isStopped, sliceEvents = TRAIL_SLICE_EVENTS } = parts;
  const mac = (text: string): string => keyring.auditMac(text).toString('hex');
  let walk = { trailNumber: -1, head: anchor.anchor.head, at: START };
  while (!isStopped()) {
    if (walk.trailNumber !== anchor.trailNumber) {
      walk = { trailNumber: anchor.trailNumber, head: anchor.anchor.head, at: START };
    }
    const { head, at } = walk;
    const limit = Math.min(sliceEvents, Math.max(0, head.count - at.count));
    const events = audit().part(at.count, limit);
    const last = events.at(-1);
    const reached = last === undefined ? at : { count: last.seq, hash: last.hash };
    const isEnd = events.length === 0 || reached.count >= head.count;
    const { firstBad, detail } = verifyChain({ events, mac, after: at, head: isEnd ? head : reached });
    if (firstBad !== null) {
      anchor.markBroken({ firstBad, detail });
      return true;
    }
    if (isEnd) return false;
    walk = { ...walk, at: reached };
    await nextTurn();
  }
  return false;
}
