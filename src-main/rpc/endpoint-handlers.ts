import { TurnTaker } from '#main/keys/turn-taker.ts';
import { addEndpoint } from '#main/services/add-endpoint.ts';
import { addObserved } from '#main/services/add-observed.ts';
import { deleteEndpoint } from '#main/services/delete-endpoint.ts';
import { createEndpointUsage, createListEndpointUsers } from '#main/services/endpoint-usage.ts';
import { importEndpoints } from '#main/services/import-endpoints.ts';
import { listEndpoints } from '#main/services/list-endpoints.ts';
import { createObservedEndpoints } from '#main/services/observed-endpoints.ts';
import { createPreviewImport } from '#main/services/preview-import.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type EndpointProcedure = Extract<keyof Handlers, `endpoints.${string}`>;

/** Procedures on the endpoint catalogue. What was observed is read by the log, on its own thread. */
export function createEndpointHandlers({
  requests,
  monotonicMs,
}: HandlerServices): Pick<Handlers, EndpointProcedure> {
  const pace = { monotonicMs, startTurns: () => new TurnTaker(monotonicMs) };
  return {
    'endpoints.list': listEndpoints,
    'endpoints.add': addEndpoint,
    'endpoints.delete': deleteEndpoint,
    'endpoints.preview': createPreviewImport(pace),
    'endpoints.import': importEndpoints,
    'endpoints.observed': createObservedEndpoints((question) =>
      requests.query('endpoints.observed', question),
    ),
    'endpoints.addObserved': addObserved,
    'endpoints.usage': createEndpointUsage(pace, (question) => requests.query('endpoints.counts', question)),
    'endpoints.users': createListEndpointUsers(pace),
  };
}
