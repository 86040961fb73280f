import type { HandlerInput, Output } from '#contract/contract.ts';
import { ENDPOINT_USAGE_DAYS } from '#contract/endpoint-usage.ts';
import { timestampMs, type ServiceId, type TimestampMs } from '#contract/ids.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { must } from '#main/platform/must.ts';
import { countEndpointUsers, endpointUsers, type Pace } from './endpoint-users.ts';
import { getEndpoint } from './get-endpoint.ts';
import { serviceNotFound } from './get-service.ts';

const DAY_MS = 86_400_000;

/** What the log knows of endpoints, in their order. */
export interface CountedEndpoints {
  readonly counts: readonly { readonly requests: number; readonly lastAt: TimestampMs | null }[];
  readonly from: TimestampMs;
  readonly isWhole: boolean;
}

type AskLog = (question: {
  readonly serviceId: ServiceId;
  readonly fromMs: TimestampMs;
  readonly endpoints: readonly Pick<Endpoint, 'method' | 'path'>[];
}) => Promise<CountedEndpoints>;

/** Makes the answer to how the endpoints of a service are used: keys that may call each one, and its requests of 30 days. The log is read
 *  on its own thread. Throws SERVICE_NOT_FOUND. */
export function createEndpointUsage(pace: Pace, askLog: AskLog) {
  return async (
    context: UseCaseContext,
    { serviceId }: HandlerInput<'endpoints.usage'>,
  ): Promise<Output<'endpoints.usage'>> => {
    const { db, nowMs } = context;
    if (db.services.findName(serviceId) === null) throw serviceNotFound();
    const endpoints = db.endpoints.list(serviceId);
    const [log, keys] = await Promise.all([
      askLog({
        serviceId,
        fromMs: timestampMs.parse(nowMs - ENDPOINT_USAGE_DAYS * DAY_MS),
        endpoints: endpoints.map(({ method, path }) => ({ method, path })),
      }),
      countEndpointUsers(context, { serviceId, endpoints, pace }),
    ]);
    return {
      items: endpoints.map(({ id }, place) => ({
        endpointId: id,
        keyCount: must(keys.counts[place], 'every endpoint has its keys'),
        ...must(log.counts[place], 'every endpoint has its requests'),
      })),
      areKeysWhole: keys.isWhole,
      from: log.from,
      areRequestsWhole: log.isWhole,
    };
  };
}

/** Makes the answer to who may call one endpoint. Throws ENDPOINT_NOT_FOUND. */
export function createListEndpointUsers(pace: Pace) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'endpoints.users'>,
  ): Promise<Output<'endpoints.users'>> => {
    const endpoint = getEndpoint(context, input.endpointId);
    const { serviceId } = endpoint;
    const { users, isWhole } = await endpointUsers(context, { serviceId, endpoints: [endpoint], pace });
    return { ...must(users[0], 'one endpoint has its users'), areKeysWhole: isWhole };
  };
}
