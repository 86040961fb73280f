import type { AnswerSink } from './answer-sink.ts';
import type { Bearer } from './bearer.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { Connection } from '#main/verify/connection-services.ts';
import type { ServiceDoor } from './doors.ts';
import { sendProblem } from './problem.ts';
import type { ProblemDraft } from './problem.ts';

/** Whose service token a request carries, or the problem to answer with. */
export type ServiceAuth =
  | { readonly ok: true; readonly service: ServiceRef }
  | { readonly ok: false; readonly problem: ProblemDraft };

/** Whose service token a request carries; answers the request itself and returns null when it carries none that is good. */
export function authenticateService(
  door: ServiceDoor,
  bearer: Bearer,
  response: AnswerSink,
): ServiceRef | null {
  const auth = identifyService(door, bearer, response.socket);
  if (auth.ok) return auth.service;
  sendProblem(response, auth.problem);
  return null;
}

/** The same without answering. One that was rotated away is refused at once, also on a connection over which it was good. */
export function identifyService(
  door: ServiceDoor,
  bearer: Bearer,
  connection: Connection | null,
): ServiceAuth {
  if (bearer.kind === 'missing') {
    const detail = 'Send the service token as Authorization: Bearer lks_…';
    return { ok: false, problem: { ...unauthenticated(door), code: 'SERVICE_TOKEN_MISSING', detail } };
  }
  try {
    const service = bearer.kind === 'token' ? door.findService(bearer.token, connection) : null;
    if (service !== null) return { ok: true, service };
    const problem = { ...unauthenticated(door), code: 'SERVICE_TOKEN_INVALID', detail: why(bearer) } as const;
    return { ok: false, problem };
  } catch (error) {
    return { ok: false, problem: undecided(door, error) };
  }
}

/** Answers 503: the fault is ours, so a caller must neither drop its key nor let the request pass. */
export function sendUnavailable(door: ServiceDoor, response: AnswerSink, error: unknown): void {
  sendProblem(response, undecided(door, error));
}

/** Logs why a verification could not be decided; gives what to answer. */
export function undecided(door: ServiceDoor, error: unknown): ProblemDraft {
  const requestId = door.newRequestId();
  door.logger.error('A verification could not be decided.', { requestId, error });
  return unavailable(requestId);
}

/** The problem of a verification that could not be decided. */
export function unavailable(requestId: string): ProblemDraft {
  return {
    status: 503,
    code: 'VERIFY_UNAVAILABLE',
    detail: 'The key store cannot be read right now. Refuse the request or try again shortly.',
    requestId,
    retryAfterMs: 1_000,
  };
}

function unauthenticated(door: ServiceDoor) {
  return { status: 401, requestId: door.newRequestId() } as const;
}

function why(bearer: Bearer): string {
  if (bearer.kind !== 'token') return 'Send exactly Authorization: Bearer and the service token.';
  if (bearer.token.startsWith('lk_')) {
    return 'This is an API key. Authenticate with the service token (lks_…) and send the key in the body.';
  }
  if (bearer.token.startsWith('lka_')) {
    return 'This is an admin token. Services authenticate with their own token (lks_…).';
  }
  return 'The service token is unknown, no longer valid, or not taken from this address. Take the current one from the service’s page, or rotate it there.';
}
