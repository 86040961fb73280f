import type { EndpointId } from '#contract/ids.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One endpoint of the catalogue. Throws ENDPOINT_NOT_FOUND. */
export function getEndpoint({ db }: UseCaseContext, endpointId: EndpointId): Endpoint {
  const endpoint = db.endpoints.get(endpointId);
  if (endpoint === null) {
    throw new AppError(
      'ENDPOINT_NOT_FOUND',
      'There is no endpoint with this id. Look it up in the catalogue of its service.',
    );
  }
  return endpoint;
}
