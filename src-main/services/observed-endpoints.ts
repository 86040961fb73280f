import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs, type ServiceId, type TimestampMs } from '#contract/ids.ts';
import type { EndpointTemplate } from '#contract/request-query.ts';
import type { UseCaseContext } from '#main/context.ts';
import { serviceNotFound } from './get-service.ts';

const DAY_MS = 86_400_000;

type Ask = (question: {
  readonly serviceId: ServiceId;
  readonly fromMs: TimestampMs;
  readonly endpoints: readonly EndpointTemplate[];
}) => Promise<Output<'endpoints.observed'>>;

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
