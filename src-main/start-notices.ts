import type { ChangedSubject } from '#contract/events.ts';
import { errorCode } from './platform/error-code.ts';
import type { NoticeDesk } from './notices/notice-desk.ts';
import { NOTICES_ROW } from './settings/notices-row.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 5_000;
const LOOK_EVERY_MS = 5 * 60_000;
/** Several changes are looked at together. */
const AFTER_CHANGE_MS = 1_000;
/** What of a change can be something to tell. */
const TOLD_OF: ReadonlySet<ChangedSubject> = new Set([
  'notices',
  'handoffs',
  'accessRequests',
  'keys',
  'settings',
  'backups',
]);

/** Starts telling people outside of the app, now and then and after a change. As long as nobody asked for notices this is a timer and
 *  one question to the store, and nothing else is loaded. Keeps no process alive. Returns how to stop. */
export function startNotices(
  store: WiredStore,
  parts: { readonly desk: () => Promise<NoticeDesk>; readonly logger: Logger },
): () => void {
  let soon: NodeJS.Timeout | null = null;
  let desk: NoticeDesk | null = null;
  let isEnded = false;
  const isWanted = (): boolean => store.store.db.settings.list().some(({ name }) => name === NOTICES_ROW);
  const look = async (): Promise<void> => {
    try {
      if (isEnded || !isWanted()) return;
      desk ??= await parts.desk();
      if (!isEnded) await desk.look();
    } catch (error) {
      if (isEnded) return;
      parts.logger.error('Notices could not be looked for; it is tried again.', {
        error,
        code: errorCode(error),
      });
    }
  };
  const lookSoon = (): void => {
    if (soon !== null || isEnded) return;
    soon = setTimeout(() => {
      soon = null;
      void look();
    }, AFTER_CHANGE_MS);
    soon.unref();
  };
  const unsubscribe = store.announcements.subscribe(({ subjects }) => {
    if (subjects.includes('backups')) desk?.forgetPlace();
    if (subjects.some((subject) => TOLD_OF.has(subject))) lookSoon();
  });
  const timers = [
    setTimeout(() => void look(), FIRST_LOOK_MS),
    setInterval(() => void look(), LOOK_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    isEnded = true;
    unsubscribe();
    if (soon !== null) clearTimeout(soon);
    for (const timer of timers) clearTimeout(timer);
  };
}
