import type { App, Session, WebContents } from 'electron';
import { isBundleUrl } from '#main/platform/ui-files.ts';

/** Confines every session and every page that this process ever makes. Call before the first window. */
export function confineAll(app: Pick<App, 'on'>): void {
  app.on('session-created', confineSession);
  app.on('web-contents-created', (_event, contents) => void confineContents(contents));
}

/** Refuses every permission and every device, asked for or looked up. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => void answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** A page stays where it is: no other address in any frame, no new window, no webview. */
export function confineContents(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault: () => void }): void => {
    if (!isBundleUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => void event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
