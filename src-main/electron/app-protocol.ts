import type { Protocol } from 'electron';
import { answerFromBundle } from '#main/platform/ui-files.ts';

/** Registered before the app is ready. Only what a page of scripts and styles needs. */
export const APP_SCHEME = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} as const;

/** Serves the built page from `folder` as `app://bundle/…`; 404 for everything else. */
export function serveBundle(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(APP_SCHEME.scheme, (request) => answerFromBundle(request, folder));
}
