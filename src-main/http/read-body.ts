import type { IncomingMessage } from 'node:http';

/** What came of reading a body. */
export type BodyResult = { readonly kind: 'whole'; readonly body: Buffer } | { readonly kind: 'too-large' };

/** Collects the body of `request`, at most `bytesMax`, and calls `done` once, or never when the caller goes away before its end:
 *  there is nobody to answer then. With callbacks, so that what follows runs in the same turn as the last byte. A larger body is
 *  drained and dropped, so that the caller can read the refusal. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
  done: (result: BodyResult) => void,
): void {
  // Nearly every body comes in one piece. Two listeners and no more: a third would cost half a microsecond, and a request that
  // is cut off emits no error where nobody listens for one.
  let first: Buffer | null = null;
  let more: Buffer[] | null = null;
  let length = 0;
  let isTooLarge = false;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (isTooLarge) return;
    if (length > bytesMax) {
      isTooLarge = true;
      [first, more] = [null, null];
      done({ kind: 'too-large' });
    } else if (first === null) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on('end', () => {
    if (!isTooLarge) done({ kind: 'whole', body: wholeBody(first, more) });
  });
}

function wholeBody(first: Buffer | null, chunks: readonly Buffer[] | null): Buffer {
  return chunks === null ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks);
}
