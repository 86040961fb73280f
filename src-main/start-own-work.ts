import type { SystemStatus } from '#contract/system.ts';
import { type LateNotices, lateNotices } from './late-notices.ts';
import type { Clock } from './platform/clock.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import { startSoon } from './platform/start-soon.ts';
import { programWarnings } from './program-warnings.ts';
import type { InspectAside } from './requests/inspect-aside.ts';
import { startStoreCheck } from './start-store-check.ts';
import { CeilingWatch } from './system/ceiling-watch.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** What goes on beside answering. */
export interface OwnWork {
  readonly warnings: () => SystemStatus['warnings'];
  readonly notices: LateNotices;
}

/** Starts what the program does by itself; how to end it is put before the other endings. */
export function startOwnWork(
  store: WiredStore,
  requests: WiredRequests,
  parts: {
    readonly directory: DataDirectory;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly inspectAside: InspectAside;
    readonly closing: (() => void | Promise<void>)[];
  },
): OwnWork {
  const { directory, clock, logger, inspectAside, closing } = parts;
  const verified = (): number => requests.verifier.figures().count;
  const storeCheck = startStoreCheck(store, { directory, logger, inspectAside, verified });
  closing.unshift(storeCheck.close);
  const ceilings = new CeilingWatch({
    store: store.system,
    logger,
    onChange: () => {
      store.announcements.announce({ kind: 'changed', subjects: ['status'] });
    },
  });
  closing.unshift(() => {
    ceilings.close();
  });
  const warnings = (): SystemStatus['warnings'] =>
    programWarnings({ directory, store, storeCheck, requests, ceilings, nowMs: clock.nowMs() });
  const notices = lateNotices(store, requests, { warnings, nowMs: clock.nowMs(), logger });
  closing.unshift(notices.close);
  closing.unshift(
    startSoon(async () => {
      const { startWatches } = await import('./start-watches.ts');
      return startWatches(store, requests, { directory, logger, clock, notices });
    }, logger),
  );
  return { warnings, notices };
}
