import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { RequestsQueries } from '#main/requests/requests-messages.ts';
import { serviceNotFound } from './get-service.ts';

const DAY_MS = 86_400_000;

type Ask = (
  question: RequestsQueries['endpoints.observed']['input'],
) => Promise<RequestsQueries['endpoints.observed']['output']>;

/** Makes the answer to what was asked of a service that its catalogue does not have. The log is read on its own thread.
 *  Throws SERVICE_NOT_FOUND. */
export function createObservedEndpoints(ask: Ask) {
  return async (
    { db, nowMs }: UseCaseContext,
    { serviceId, days }: HandlerInput<'endpoints.observed'>,
  ): Promise<Output<'endpoints.observed'>> => {
    if (db.services.findName(serviceId) === null) throw serviceNotFound();
    const endpoints = db.endpoints.list(serviceId).map(({ method, path }) => ({ method, path }));
    return ask({ serviceId, fromMs: timestampMs.parse(nowMs - days * DAY_MS), endpoints });
  };
}
