import { createForecastQuota } from '#main/keys/forecast-quota.ts';
import { AppError } from '#main/platform/app-error.ts';
import { startExport } from '#main/requests/start-export.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type RequestProcedure = Extract<keyof Handlers, `requests.${string}` | 'usage.forecast'>;

/** Procedures on single requests of the log, answered on its own thread, and what it says of a quota’s future. */
export function createRequestHandlers({
  requests,
  jobs,
  exports: files,
  limitsLeft,
}: HandlerServices): Pick<Handlers, RequestProcedure> {
  return {
    'usage.forecast': createForecastQuota({
      limitsOf: (keyId) => limitsLeft.ofKey(keyId),
      series: (input) => requests.query('usage.series', input),
    }),
    'requests.list': (_context, input) => requests.query('requests.list', input),
    'requests.get': async (_context, input) => found(await requests.query('requests.get', input)),
    'requests.export': (_context, input) => requests.query('requests.export', input),
    'requests.survey': ({ db }, input) =>
      requests.query('requests.survey', { ...input, endpoints: templatesOf(db) }),
    'requests.tail': (_context, input) => requests.query('requests.tail', input),
    'requests.context': async (_context, input) => found(await requests.query('requests.context', input)),
    'requests.startExport': (context, input) => startExport(context, input, { requests, jobs, files }),
    'requests.stopSearch': (_context, { searchId }) => {
      requests.stopSearch(searchId);
      return { searchId };
    },
  };
}

/** The catalogue, which the log's thread does not have. */
function templatesOf(db: Parameters<Handlers['requests.survey']>[0]['db']) {
  return db.endpoints.list(null).map(({ method, path }) => ({ method, path }));
}

function found<T>(answer: T | null): T {
  if (answer !== null) return answer;
  throw new AppError(
    'REQUEST_NOT_FOUND',
    'There is no request with this id in the log. Retention may have removed it, or it was never made.',
  );
}
