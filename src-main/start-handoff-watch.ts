import { HandoffWatch } from './handoffs/handoff-watch.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Rows of the log in which the first use is looked for: uses since the last look, a second ago under traffic. */
const USES_READ_MAX = 500;

/** Starts seeing what happens to handoffs by itself. Returns how to stop. */
export function startHandoffWatch(store: WiredStore, requests: WiredRequests, logger: Logger): () => void {
  const watch = new HandoffWatch({
    context: store.system,
    logger,
    firstUse: async ({ keyId, secretVersion, fromMs }) => {
      if (requests.client.state === 'down') return null;
      const filter = { keyId, secretVersion, code: 'VALID', from: fromMs } as const;
      const { items } = await requests.client.query('requests.list', { filter, limit: USES_READ_MAX });
      const first = items.at(-1);
      return first === undefined
        ? null
        : { atMs: timestampMs.parse(first.at), address: first.clientIp, agent: first.userAgent };
    },
  });
  const unsubscribe = store.announcements.subscribe(({ subjects }) => {
    if (subjects.includes('handoffs') || subjects.includes('backups')) watch.noticeHandoffs();
    if (subjects.includes('requests')) watch.noticeRequests();
  });
  watch.start();
  return () => {
    unsubscribe();
    watch.close();
  };
}
