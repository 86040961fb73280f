import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { getEndpoint } from './get-endpoint.ts';

/** Takes an endpoint out of the catalogue. Rules of scopes and keys stay as they are: they match paths, not entries.
 *  Throws ENDPOINT_NOT_FOUND. */
export function deleteEndpoint(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.delete'>,
): Output<'endpoints.delete'> {
  return context.command(() => {
    const endpoint = getEndpoint(context, input.endpointId);
    context.db.endpoints.delete(endpoint.id);
    return {
      value: { deleted: true },
      audit: {
        action: 'endpoints.delete',
        subject: { kind: 'endpoint', id: endpoint.id, name: `${endpoint.method} ${endpoint.path}` },
        before: pickFields(endpoint, ['serviceId', 'method', 'path', 'group', 'summary', 'source']),
      },
      changed: ['endpoints', 'services'],
    };
  });
}
