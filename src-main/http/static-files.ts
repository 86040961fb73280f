import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';

/** Kinds of files a built UI has. Nothing else is served, whatever lies in the folder. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Plain names only: no percent sign, no backslash, no segment that starts with a dot. */
const PLAIN_PATH = /^(?:\/[0-9A-Za-z_-][0-9A-Za-z_.-]*)+$/;

/** A file to serve. */
export interface StaticFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Its name holds a hash of its content. */
  readonly isImmutable: boolean;
}

/** A path inside the app: what is neither a file name nor anything odd. */
export function isScreenPath(urlPath: string): boolean {
  return /^(?:\/[0-9A-Za-z_~:-][0-9A-Za-z_.~:-]*)*\/?$/.test(urlPath) && !(extname(urlPath) in MEDIA_TYPES);
}

/** The file of the built UI that a URL path names, or null. Never outside of `root`, also through a symbolic link. */
export async function findStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const mediaType = MEDIA_TYPES[extname(urlPath)];
  if (mediaType === undefined || !PLAIN_PATH.test(urlPath)) return null;
  try {
    const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, urlPath))]);
    if (!path.startsWith(realRoot + sep)) return null;
    const stats = await stat(path);
    if (!stats.isFile()) return null;
    return { path, sizeBytes: stats.size, mediaType, isImmutable: urlPath.startsWith('/assets/') };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Sends a file. Only names with a hash may be kept by the browser; the page itself never. */
export function sendStaticFile(response: ServerResponse, file: StaticFile): void {
  response.writeHead(200, {
    'Content-Type': file.mediaType,
    'Content-Length': file.sizeBytes,
    'Cache-Control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-store',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(String(error.code));
}
