import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { errorCode } from '#main/platform/error-code.ts';
import type { AdminDoor } from './doors.ts';
import { sendProblem } from './problem.ts';

/** GET /api/exports/<id>: the file of an export. A link cannot send the CSRF header, so the id, which nobody can guess and only those who
 *  may list jobs are told, is what lets its holder in; pages of other origins are refused before. */
export async function handleExport(
  door: Pick<AdminDoor, 'findExport' | 'newRequestId'>,
  fileId: string,
  response: ServerResponse,
): Promise<void> {
  const file = door.findExport(fileId);
  const sizeBytes = file === null ? null : await sizeOf(file.path);
  if (file === null || sizeBytes === null) {
    const detail = 'This file is not kept any more. Export again.';
    sendProblem(response, { status: 404, code: 'NOT_FOUND', detail, requestId: door.newRequestId() });
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.mediaType,
    'Content-Length': sizeBytes,
    'Content-Disposition': `attachment; filename="${file.fileName}"`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
