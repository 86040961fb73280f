import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { uiHeaders } from './ui-headers.ts';

/** Kinds of file that the built page consists of. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/** Is this an address of the page's bundle, `app://bundle/…`? Compares the parts: `new URL('app://…').origin` is the text `null`. */
export function isBundleUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'app:' && url.host === 'bundle' && url.username === '' && url.password === '';
}

/** Answers a request for `app://bundle/…` from `folder`; 404 for everything else. */
export async function answerFromBundle(request: Request, folder: string): Promise<Response> {
  const isOurs = request.method === 'GET' && isBundleUrl(request.url);
  const file = isOurs ? uiFile(new URL(request.url).pathname, folder) : null;
  const content = file === null ? null : await readFile(file.path).catch(() => null);
  const headers = { ...uiHeaders(), 'Cache-Control': 'no-store' };
  if (file === null || content === null) return new Response('Not found.', { status: 404, headers });
  return new Response(new Uint8Array(content), { headers: { ...headers, 'Content-Type': file.mediaType } });
}

/** The file below `folder` that a URL's path names; `/` is index.html. null when it lies outside, is of another kind, or hides
 *  separators in escapes. Does not look whether it exists. */
function uiFile(
  urlPath: string,
  folder: string,
): { readonly path: string; readonly mediaType: string } | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  // A backslash or NUL has no place in our file names and means something else on another system.
  if (!path.startsWith('/') || path.includes('\\') || path.includes('\0')) return null;
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  const mediaType = MEDIA_TYPES.get(extname(file));
  return mediaType !== undefined && file.startsWith(resolve(folder) + sep) ? { path: file, mediaType } : null;
}
