import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { Protocol } from 'electron';
import { uiHeaders } from '#main/platform/ui-headers.ts';

/** Registered before the app is ready. Only what a page of scripts and styles needs. */
export const APP_SCHEME = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} as const;

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/** Serves the built page from `folder` as `app://bundle/…`; 404 for everything else. */
export function serveBundle(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(APP_SCHEME.scheme, (request) => answer(request, folder));
}

/** The file that an address of the bundle names, or null: outside the folder, of another kind, or no address of ours. */
export function bundleFile(address: string, folder: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'app:' || url.host !== 'bundle') return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // A decoded backslash or NUL has no place in our file names and means something else on another system.
  if (/[\\\0]/.test(path)) return null;
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  return file.startsWith(resolve(folder) + sep) && MEDIA_TYPES.has(extname(file)) ? file : null;
}

async function answer(request: Request, folder: string): Promise<Response> {
  const file = request.method === 'GET' ? bundleFile(request.url, folder) : null;
  const mediaType = file === null ? undefined : MEDIA_TYPES.get(extname(file));
  const headers = { ...uiHeaders(), 'Cache-Control': 'no-store' };
  if (file === null || mediaType === undefined) return new Response('Not found.', { status: 404, headers });
  try {
    return new Response(await readFile(file), { headers: { ...headers, 'Content-Type': mediaType } });
  } catch {
    return new Response('Not found.', { status: 404, headers });
  }
}
