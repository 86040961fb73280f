import type { SystemStatus } from '#contract/system.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { StoreCheck } from './start-store-check.ts';
import type { CeilingWatch } from './system/ceiling-watch.ts';
import { storageWarnings } from './system/storage-warnings.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** What an operator should know at this moment, of the store first, then of the log, then of ceilings. */
export function programWarnings(parts: {
  readonly directory: DataDirectory;
  readonly store: WiredStore;
  readonly storeCheck: StoreCheck;
  readonly requests: WiredRequests;
  readonly ceilings: CeilingWatch;
  readonly nowMs: number;
}): SystemStatus['warnings'] {
  const { directory, store, storeCheck, requests, ceilings, nowMs } = parts;
  const { anchor, disk, withheld } = store;
  return [
    ...storageWarnings({
      directory,
      audit: { broken: anchor.anchor.broken, isBehind: anchor.isBehind },
      diskFailed: disk.hasFailed,
      isReadOnly: disk.isReadOnly,
      withheldCount: withheld.count,
      damage: storeCheck.damage(),
    }),
    ...requests.client.warnings(),
    ...ceilings.warnings(nowMs),
  ];
}
