import type { ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { ServiceDoor } from './doors.ts';
import { answerEnroll } from './enroll-route.ts';
import { answerMe, answerMeForm } from './me-route.ts';
import { sendProblem } from './problem.ts';
import { answerSelfRevoke } from './self-revoke-route.ts';
import { ENROLL_PATH, ME_PATH, SELF_REVOKE_PATH } from './service-policy.ts';

/** What holders of keys and enrolment tokens do by themselves: they have no service token. */
export function addHolderRoutes(app: Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  app.get(ME_PATH, (request, response) => {
    answerMe(doorOf(response), request, response);
  });
  app.post(ME_PATH, (request, response) => {
    answerMeForm(doorOf(response), request, response);
  });
  app.post(SELF_REVOKE_PATH, (request, response) => {
    answerSelfRevoke(doorOf(response), request, response);
  });
  app.post(ENROLL_PATH, (request, response) => {
    answerEnroll(doorOf(response), request, response);
  });
  for (const path of [SELF_REVOKE_PATH, ENROLL_PATH]) {
    app.all(path, (_request, response) => {
      const detail = 'Use POST for this address.';
      const requestId = doorOf(response).newRequestId();
      sendProblem(
        response,
        { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId },
        { Allow: 'POST' },
      );
    });
  }
}
