import type { IncomingMessage } from 'node:http';

/** What came of reading a body. `ABORTED`: the caller went away, there is nobody to answer. */
export type BodyResult =
  | { readonly kind: 'whole'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted' };

/** Collects the body of `request`, at most `bytesMax`, and calls `done` exactly once. With callbacks, so that what follows runs
 *  in the same turn as the last byte. A larger body is drained and dropped, so that the caller can read the refusal. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  done: (result: BodyResult) => void,
): void {
  let chunks: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const finish = (result: BodyResult) => {
    if (isDone) return;
    isDone = true;
    chunks = [];
    done(result);
  };
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > bytesMax) finish({ kind: 'too-large' });
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
    finish({ kind: 'whole', body });
  });
  request.on('error', () => {
    finish({ kind: 'aborted' });
  });
  request.on('close', () => {
    finish({ kind: 'aborted' });
  });
}
