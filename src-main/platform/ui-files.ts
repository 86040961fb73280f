import { extname, resolve, sep } from 'node:path';

/** Kinds of file that the built page consists of. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/** A file of the page: absolute path and media type. */
export interface UiFile {
  readonly path: string;
  readonly mediaType: string;
}

/** The file below `folder` that a URL's path names; `/` is index.html. null when it lies outside, is of another kind, or hides
 *  separators in escapes. Does not look whether it exists. */
export function uiFile(urlPath: string, folder: string): UiFile | null {
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
