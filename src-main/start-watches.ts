import type { Clock } from './platform/clock.ts';
import type { LateNotices } from './late-notices.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import { startDigests } from './start-digests.ts';
import { startHandoffWatch } from './start-handoff-watch.ts';
import { startIdleEnds } from './start-idle-ends.ts';
import { startReadAhead } from './start-read-ahead.ts';
import { startNotices } from './start-notices.ts';
import { startRotations } from './start-rotations.ts';
import { startSizes } from './start-sizes.ts';
import { startSpikes } from './start-spikes.ts';
import { startTimers } from './start-timers.ts';
import { startTrailCheck } from './start-trail-check.ts';
import { startTurnedAway } from './start-turned-away.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Starts all that is done by itself: nothing of it is needed to answer, so it is loaded after the doors are open. Returns how to stop. */
export function startWatches(
  store: WiredStore,
  requests: WiredRequests,
  parts: {
    readonly directory: DataDirectory;
    readonly logger: Logger;
    readonly clock: Clock;
    readonly notices: LateNotices;
  },
): () => void {
  const endings = [
    startReadAhead(store, { logger: parts.logger, monotonicMs: parts.clock.monotonicMs }),
    startTimers(store, { ...parts, verified: () => requests.verifier.figures().count }),
    startTrailCheck(store, parts.logger),
    startIdleEnds(store, requests, parts),
    startHandoffWatch(store, requests, parts.logger),
    startRotations(store, parts.logger),
    startDigests(store, requests, parts.logger),
    startSizes(store, requests, parts),
    startSpikes(store, requests, parts.logger),
    startTurnedAway(store, requests, parts.clock),
    startNotices(store, { desk: parts.notices.desk, logger: parts.logger }),
  ];
  return () => {
    for (const end of endings) end();
  };
}
