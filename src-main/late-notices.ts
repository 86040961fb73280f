import type { NoticeFacts } from './domain/notice-plan.ts';
import type { NoticeDesk } from './notices/notice-desk.ts';
import type { DesktopNotice } from './notices/send-delivery.ts';
import { late } from './platform/late.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Notices that leave the app. */
export interface LateNotices {
  /** Loaded at the first call, which most programs never make. */
  readonly desk: () => Promise<NoticeDesk>;
  /** How a notice is shown on this desktop; only where there is one. */
  readonly setDesktop: (show: (notice: DesktopNotice) => void) => void;
  /** Cuts what is being sent: it is sent again after the next start. */
  readonly close: () => void;
}

/** Keeps what notices will need, and loads nothing of them. */
export function lateNotices(
  store: WiredStore,
  requests: WiredRequests,
  parts: { readonly warnings: () => NoticeFacts['storage']; readonly nowMs: number; readonly logger: Logger },
): LateNotices {
  const { warnings, nowMs, logger } = parts;
  let show: ((notice: DesktopNotice) => void) | null = null;
  let made: NoticeDesk | null = null;
  return {
    desk: late(async () => {
      const { wireNotices } = await import('./wire-notices.ts');
      made = wireNotices(store, requests, { desktop: () => show, warnings, startedAtMs: nowMs, logger });
      return made;
    }),
    setDesktop: (given) => {
      show = given;
    },
    close: () => made?.close(),
  };
}
