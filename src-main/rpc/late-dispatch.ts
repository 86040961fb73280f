import type { Reply } from '#contract/errors.ts';
import { late } from '#main/platform/late.ts';
import type { Logger } from '#main/platform/logger.ts';
import type { Dispatch } from './dispatch.ts';

/** A dispatch whose handlers and schemas are loaded at the first call: a server starts in half the time without them, and many an
 *  hour passes before somebody administers it. As dispatch, it never rejects. */
export function lateDispatch(load: () => Promise<Dispatch>, logger: Logger): Dispatch {
  const loaded = late(load);
  return async (name, input, caller): Promise<Reply<unknown>> => {
    let dispatch: Dispatch;
    try {
      dispatch = await loaded();
    } catch (error) {
      const { requestId } = caller;
      logger.error('The administration could not be loaded.', { requestId, error });
      const message =
        'Files of the program are missing or were replaced while it ran. Start Latchkey anew, then try again.';
      return { ok: false, error: { code: 'INTERNAL', message, requestId } };
    }
    return dispatch(name, input, caller);
  };
}
