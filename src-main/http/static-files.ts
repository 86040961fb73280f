import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { hasUiFileName, type UiFile } from '#main/platform/ui-files.ts';

/** A path inside the app: what is neither a file name nor anything odd. The page itself shows the screen. */
export function isScreenPath(urlPath: string): boolean {
  return /^(?:\/[0-9A-Za-z_~:-][0-9A-Za-z_.~:-]*)*\/?$/.test(urlPath) && !hasUiFileName(urlPath);
}

/** Sends a file. Only names with a hash may be kept by the browser; the page itself never. */
export function sendStaticFile(response: ServerResponse, file: UiFile): void {
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
