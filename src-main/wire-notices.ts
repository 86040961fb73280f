import { SPIKES_SHOWN_MS } from '#contract/spikes.ts';
import type { NoticeFacts } from './domain/notice-plan.ts';
import { NoticeDesk, type NoticeDeskParts } from './notices/notice-desk.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

const HOUR_MS = 3_600_000;
/** Notices of quotas that are looked at: those of the last minutes. */
const QUOTAS_READ_MAX = 100;

/** The desk of notices with what only the composition root knows. */
export function wireNotices(
  store: WiredStore,
  requests: WiredRequests,
  parts: {
    readonly desktop: NoticeDeskParts['desktop'];
    readonly warnings: () => NoticeFacts['storage'];
    readonly startedAtMs: number;
    readonly logger: Logger;
  },
): NoticeDesk {
  const { desktop, warnings, startedAtMs, logger } = parts;
  const backupOf = async (): Promise<NoticeFacts['backup']> => {
    const { backupEveryHours } = store.settings();
    if (backupEveryHours === 0) return null;
    const newest = (await store.backups()).list().items[0];
    // A store that never had one counts from its start.
    return { everyMs: backupEveryHours * HOUR_MS, newestAtMs: newest?.createdAt ?? startedAtMs, startedAtMs };
  };
  return new NoticeDesk({
    context: store.system,
    desktop,
    foreign: async ({ nowMs }) => ({
      quotas:
        requests.client.state === 'down'
          ? []
          : (await requests.client.query('notices.list', { limit: QUOTAS_READ_MAX })).items,
      spikes:
        requests.client.state === 'down'
          ? []
          : await requests.client.query('spikes.list', { fromMs: nowMs - SPIKES_SHOWN_MS }),
      backup: await backupOf(),
      storage: warnings(),
      turnedAway: requests.turnedAway.episodes(),
    }),
    onChange: () => {
      store.announcements.announce({ kind: 'changed', subjects: ['notices'] });
    },
    logger,
  });
}
