import { z } from 'zod';
import { enrollResponse, type EnrollRequest, type EnrollResponse } from '#contract/enrolment.ts';
import { CallError } from './call-admin.ts';
import { TemporaryError } from './terminal.ts';

const ANSWER_MS_MAX = 10_000;
/** Each is the same request: the same key comes of it. */
const TRIES = 3;
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 10_000;

const problem = z.object({ detail: z.string(), retryAfterMs: z.number().optional() });

type Tried =
  | { readonly kind: 'answer'; readonly answer: EnrollResponse }
  | { readonly kind: 'later'; readonly why: string; readonly afterMs: number };

/** Fetches a child key; tries again where that may help. Throws CallError for a refusal, TemporaryError when it may work later. */
export async function callEnroll(
  url: string,
  token: string,
  request: EnrollRequest,
): Promise<EnrollResponse> {
  let why = '';
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const outcome = await once(url, token, request);
    if (outcome.kind === 'answer') return outcome.answer;
    why = outcome.why;
    if (tried < TRIES) await pause(Math.min(PAUSE_MS_MAX, Math.max(outcome.afterMs, PAUSE_MS * tried)));
  }
  throw new TemporaryError(why);
}

async function once(url: string, token: string, request: EnrollRequest): Promise<Tried> {
  let response: Response;
  try {
    response = await fetch(new URL('/v1/enroll', url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
      // A token must not follow a redirect to somebody else.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  } catch {
    const why = `Nothing answers at ${url}. Is Latchkey running, and is this its service address?`;
    return { kind: 'later', why, afterMs: 0 };
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const answer = enrollResponse.safeParse(body);
    if (answer.success) return { kind: 'answer', answer: answer.data };
    throw new CallError(
      `${url} answers, but it is not Latchkey's service listener, or another version of it.`,
    );
  }
  const told = problem.safeParse(body);
  if (!told.success) throw new CallError(`${url} answers, but it is not Latchkey's service listener.`);
  const { detail, retryAfterMs = 0 } = told.data;
  if (response.status === 429 || response.status === 503) {
    return { kind: 'later', why: detail, afterMs: retryAfterMs };
  }
  throw new CallError(detail);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
