import type { ServerResponse } from 'node:http';
import type { Problem, ProblemCode, VerifyResponse } from '#contract/verify.ts';
import { verifyBatchRequest } from '#contract/verify.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { ServiceDoor } from './doors.ts';
import { noDecision } from './no-decision.ts';
import { problemBody } from './problem.ts';
import type { ProblemDraft } from './problem.ts';
import { readInput } from './read-input.ts';
import { sendJson } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';
import { parseVerification } from './verify-route.ts';

/** One entry of the answer: the decision, or why this item could not be verified; others are not affected by it. Both have `valid`,
 *  `code` and `status`, so that a caller can treat them alike. */
type BatchItem = VerifyResponse | UnverifiedItem;

interface UnverifiedItem {
  readonly valid: false;
  readonly code: ProblemCode;
  readonly status: number;
  readonly error: Problem;
}

/** POST /v1/verify/batch: decides the items in their order, in one turn, and answers in the same order. A caller that went away
 *  while the batch waited has spent nothing. */
export function answerBatch(
  door: ServiceDoor,
  service: ServiceRef,
  body: Buffer,
  response: ServerResponse,
): void {
  if (response.destroyed) return;
  try {
    answerItems(door, service, body, response);
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}

function answerItems(door: ServiceDoor, service: ServiceRef, body: Buffer, response: ServerResponse): void {
  const requestId = door.newRequestId();
  const batch = readInput(verifyBatchRequest, body, response, requestId);
  if (batch === null) return;
  const items = batch.items.map((item) => decide(door, service, item));
  door.whenRecorded(() => {
    sendJson(response, 200, { items });
  });
}

function decide(door: ServiceDoor, service: ServiceRef, item: unknown): BatchItem {
  const parsed = parseVerification(item);
  if (!parsed.ok) return refused({ status: 400, requestId: door.newRequestId(), ...parsed.problem });
  const outcome = door.verify(service, parsed.request);
  if (outcome.kind === 'decision') return outcome.decision;
  return refused(noDecision(outcome, door.newRequestId()));
}

function refused(problem: ProblemDraft): UnverifiedItem {
  const error = problemBody(problem);
  return { valid: false, code: error.code, status: error.status, error };
}
