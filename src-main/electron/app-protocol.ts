import { readFile } from 'node:fs/promises';
import type { Protocol } from 'electron';
import { uiFile } from '#main/platform/ui-files.ts';
import { uiHeaders } from '#main/platform/ui-headers.ts';
import { isBundleUrl } from './window-options.ts';

/** Registered before the app is ready. Only what a page of scripts and styles needs. */
export const APP_SCHEME = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} as const;

/** Serves the built page from `folder` as `app://bundle/…`; 404 for everything else. */
export function serveBundle(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(APP_SCHEME.scheme, (request) => answerFromBundle(request, folder));
}

async function answerFromBundle(request: Request, folder: string): Promise<Response> {
  const isOurs = request.method === 'GET' && isBundleUrl(request.url);
  const file = isOurs ? uiFile(new URL(request.url).pathname, folder) : null;
  const content = file === null ? null : await readFile(file.path).catch(() => null);
  const headers = { ...uiHeaders(), 'Cache-Control': 'no-store' };
  if (file === null || content === null) return new Response('Not found.', { status: 404, headers });
  return new Response(new Uint8Array(content), { headers: { ...headers, 'Content-Type': file.mediaType } });
}
