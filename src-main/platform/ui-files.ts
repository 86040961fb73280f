import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { errorCode } from './error-code.ts';
import { uiHeaders } from './ui-headers.ts';

/** Kinds of files a built UI has. Nothing else is served, whatever lies in the folder. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.webmanifest', 'application/manifest+json'],
]);

/** Plain names only: no percent sign, no backslash, no segment that starts with a dot. */
const PLAIN_PATH = /^(?:\/[0-9A-Za-z_-][0-9A-Za-z_.-]*)+$/;

/** A file to serve. */
export interface UiFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Its name holds a hash of its content. */
  readonly isImmutable: boolean;
}

/** Does the path end as a file of the UI does? */
export function hasUiFileName(urlPath: string): boolean {
  return MEDIA_TYPES.has(extname(urlPath));
}

/** The file of the built UI that a URL path names, or null. Never outside of `root`, also through a symbolic link. */
export async function findUiFile(root: string, urlPath: string): Promise<UiFile | null> {
  const mediaType = MEDIA_TYPES.get(extname(urlPath));
  if (mediaType === undefined || !PLAIN_PATH.test(urlPath)) return null;
  try {
    const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, urlPath))]);
    if (!path.startsWith(realRoot + sep)) return null;
    const stats = await stat(path);
    if (!stats.isFile()) return null;
    return { path, sizeBytes: stats.size, mediaType, isImmutable: urlPath.startsWith('/assets/') };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(errorCode(error))) return null;
    throw error;
  }
}

/** Is this an address of the page's bundle, `app://bundle/…`? Compares the parts: `new URL('app://…').origin` is the text `null`. */
export function isBundleUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'app:' && url.host === 'bundle' && url.username === '' && url.password === '';
}

/** Answers a request for `app://bundle/…` from `root`; 404 for everything else. */
export async function answerFromBundle(request: Request, root: string): Promise<Response> {
  const isOurs = request.method === 'GET' && isBundleUrl(request.url);
  const path = isOurs ? new URL(request.url).pathname : '';
  const file = await findUiFile(root, path === '/' ? '/index.html' : path);
  const headers = { ...uiHeaders(), 'Cache-Control': 'no-store' };
  if (file === null) return new Response('Not found.', { status: 404, headers });
  const content = new Uint8Array(await readFile(file.path));
  return new Response(content, { headers: { ...headers, 'Content-Type': file.mediaType } });
}
