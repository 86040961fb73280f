import type { RequestListener } from 'node:http';
import { late } from '#main/platform/late.ts';
import type { Door } from './doors.ts';
import { sendProblem } from './problem.ts';

/** A listener that is loaded when the first request comes for it; requests wait meanwhile, in their order. Express and its routes
 *  take a third of a start, and no verification needs them. */
export function lateListener(
  door: Pick<Door, 'logger' | 'newRequestId'>,
  load: () => Promise<RequestListener>,
): RequestListener {
  const loaded = late(load);
  let ready: RequestListener | null = null;
  return (request, response) => {
    if (ready !== null) {
      ready(request, response);
      return;
    }
    loaded().then(
      (listener) => {
        ready = listener;
        listener(request, response);
      },
      (error: unknown) => {
        const requestId = door.newRequestId();
        door.logger.error('A part of the listener could not be loaded.', { requestId, error });
        const detail =
          'Files of the program are missing or were replaced while it ran. Start Latchkey anew, then try again.';
        sendProblem(response, { status: 500, code: 'INTERNAL', detail, requestId });
      },
    );
  };
}
