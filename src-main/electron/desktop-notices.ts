import type { Notification } from 'electron';
import type { DesktopNotice } from '#main/notices/send-delivery.ts';

/** Shown at the same time; the oldest is let go of, and then a click on it does nothing. */
const HELD_MAX = 20;

/** How notices are shown on this desktop; a click opens their page. null where the system has no notices. Electron forgets a notice that
 *  nobody holds, and its click with it. */
export function desktopNotices(
  Notice: typeof Notification,
  open: (page: string) => void,
): ((notice: DesktopNotice) => void) | null {
  if (!Notice.isSupported()) return null;
  const held = new Set<Notification>();
  return ({ title, body, page }) => {
    const notice = new Notice({ title, body, silent: true });
    held.add(notice);
    const [oldest] = held;
    if (held.size > HELD_MAX && oldest !== undefined) held.delete(oldest);
    notice.on('click', () => {
      held.delete(notice);
      open(page);
    });
    notice.on('close', () => void held.delete(notice));
    notice.show();
  };
}
