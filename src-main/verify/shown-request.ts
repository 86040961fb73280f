import { redactForeign } from '#main/domain/redact-foreign.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import type { Credential } from './credential.ts';
import type { Verification } from './known-at.ts';

/** In the log: the key was not presented itself, but a token that it was exchanged for. */
export const TOKEN_USED_TAG = 'token=used';

/** The request as it may be kept and repeated: without keys of other systems in its path, agent and tags. Those of our own format
 *  are redacted wherever texts are written. One that came with a key of ours is left as it is and costs nothing. */
export function shownRequest(
  request: Verification,
  { presented, text }: Credential,
  keyShapes: () => readonly KeyShape[],
): Verification {
  if (presented.kind === 'key') return request;
  if (presented.kind === 'token') return { ...request, tags: [...(request.tags ?? []), TOKEN_USED_TAG] };
  const shapes = keyShapes();
  if (shapes.length === 0) return request;
  const redact = (told: string): string => redactForeign(told, text, shapes);
  return {
    ...request,
    path: request.path === undefined ? undefined : redact(request.path),
    userAgent: request.userAgent === undefined ? undefined : redact(request.userAgent),
    tags: request.tags?.map(redact),
  };
}
