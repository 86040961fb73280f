import type { ServerResponse } from 'node:http';
import { TOKEN_CHARACTERS_MAX } from '#contract/token-exchange.ts';
import type { GuardRefusal } from '../guard.ts';
import { problemBody, problemHeaders } from '../problem.ts';
import type { ProblemDraft } from '../problem.ts';
import { sendJson } from '../send-json.ts';
import type { UnkeyErrorResponse } from './unkey-wire.ts';

/** What was wrong with one place of a request. */
export type UnkeyFault = NonNullable<UnkeyErrorResponse['error']['errors']>[number];

/** Answers with a problem in Unkey's envelope. A 400 always has `errors`: clients read it without asking whether it is there. */
export function sendUnkeyError(
  response: ServerResponse,
  draft: ProblemDraft,
  headers: Readonly<Record<string, string>> = {},
  errors: readonly UnkeyFault[] = [{ location: 'body', message: draft.detail }],
): void {
  const { type, title, status, detail, requestId } = problemBody(draft);
  const body: UnkeyErrorResponse = {
    meta: { requestId },
    error: { title, detail, status, type, ...(status === 400 ? { errors } : {}) },
  };
  // Their clients read the body of a 429 under this media type and of all others as plain JSON.
  const contentType = status === 429 ? 'application/problem+json' : 'application/json';
  sendJson(response, status, body, { 'Content-Type': contentType, ...problemHeaders(draft), ...headers });
}

/** Answers what goes no further, in the envelope that clients of /v2/ read. */
export function sendUnkeyRefusal(response: ServerResponse, refusal: GuardRefusal, requestId: string): void {
  const { status, code, detail, allow } = refusal;
  sendUnkeyError(response, { status, code, detail, requestId }, allow === undefined ? {} : { Allow: allow });
}

/** What is wrong with a body, from the problems of its fields: `tags.0` is told as `body.tags[0]`. */
export function unkeyFaults(
  problems: readonly { readonly path: string; readonly message: string }[],
): readonly UnkeyFault[] {
  return problems.map(({ path, message }) => {
    const location = path === '' ? 'body' : `body.${path.replaceAll(/\.(\d+)/g, '[$1]')}`;
    const fix = FIXES.get(path.split('.')[0] ?? '');
    return { location, message, ...(fix === undefined ? {} : { fix }) };
  });
}

const FIXES: ReadonlyMap<string, string> = new Map([
  ['key', `Send the whole API key as its holder sent it, 1 to ${String(TOKEN_CHARACTERS_MAX)} characters.`],
  ['apiId', 'Leave apiId out, or send the id or the slug of the calling service.'],
  ['tags', 'Send at most 20 texts of 1 to 512 characters.'],
  ['permissions', 'Join scope names with AND, OR and parentheses, in at most 1000 characters.'],
  ['credits', 'Send { "cost": n } with a whole number from 0.'],
  [
    'ratelimits',
    'Send at most 10 objects with a name of 1 to 255 characters, each its own, and, where wanted, cost, limit (to 1,000,000) and duration (1,000 ms to 30 days). A limit that the key does not have needs limit and duration.',
  ],
  ['migrationId', 'Leave migrationId out: imported keys are found without it.'],
]);
