import type { NoDecision } from '#main/verify/no-decision.ts';
import type { ProblemDraft } from './problem.ts';

const SHED_TEXTS = {
  'service-ceiling': 'This service asks for more verifications a second than it may.',
  'server-ceiling': 'This server is asked for more verifications a second than it may make.',
  load: 'This server has too much to do.',
} as const;

/** The problem of a verification that came to no decision: asked in a wrong way (400), one failed attempt too many (429), no room
 *  for it now (503). */
export function noDecision(outcome: NoDecision, requestId: string): ProblemDraft {
  switch (outcome.kind) {
    case 'bad-request': {
      const { field, message: detail } = outcome;
      return { status: 400, code: 'BAD_REQUEST', detail, field, requestId };
    }
    case 'throttled':
      return {
        status: 429,
        code: 'SERVICE_THROTTLED',
        detail:
          'Too many verifications from this client address, or of this service without one, have failed. Refuse the request.',
        requestId,
        retryAfterMs: outcome.retryAfterMs,
      };
    case 'overloaded':
      return {
        status: 503,
        code: 'VERIFY_UNAVAILABLE',
        detail: `${SHED_TEXTS[outcome.why]} Refuse the request or try again shortly.`,
        requestId,
        retryAfterMs: outcome.retryAfterMs,
      };
  }
}
