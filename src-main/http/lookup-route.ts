import type { ServerResponse } from 'node:http';
import { lookupRequest } from '#contract/lookup.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { ServiceDoor } from './doors.ts';
import { noDecision } from './no-decision.ts';
import { sendProblem } from './problem.ts';
import { readInput } from './read-input.ts';
import { sendJson } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';

export const LOOKUP_PATH = '/v1/lookup';

/** POST /v1/lookup: whose key is this, how is it and what has it left here? */
export function answerLookup(
  door: ServiceDoor,
  service: ServiceRef,
  body: Buffer,
  response: ServerResponse,
): void {
  const requestId = door.newRequestId();
  const asked = readInput(lookupRequest, body, response, requestId);
  if (asked === null) return;
  try {
    const outcome = door.lookUp(service, asked);
    if (outcome.kind === 'answer') sendJson(response, 200, outcome.answer);
    else sendProblem(response, noDecision(outcome, requestId));
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}
