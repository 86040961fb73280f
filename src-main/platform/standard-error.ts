import { write } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './error-code.ts';
import type { LineSink } from './line-writer.ts';

const STANDARD_ERROR = 2;
/** A full pipe is tried again after this time. */
const RETRY_MS = 20;
const writeTo = promisify(write);

/** Standard error, written without holding up the event loop. */
export function standardErrorSink(): LineSink {
  return {
    append: async (content) => {
      let done = 0;
      while (done < content.length) {
        try {
          done += (await writeTo(STANDARD_ERROR, content, done, content.length - done, null)).bytesWritten;
        } catch (error) {
          if (errorCode(error) !== 'EAGAIN') throw error;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    },
    close: () => Promise.resolve(),
  };
}
