import type { HandlerInput } from '#contract/contract.ts';
import { endpointId } from '#contract/ids.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { parsePattern } from '#main/domain/path-rules.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { endpointGroup } from './endpoint-group.ts';
import { serviceNotFound } from './get-service.ts';

/** Adds one endpoint by hand. Throws SERVICE_NOT_FOUND, NAME_TAKEN, INVALID_INPUT for a path that is no pattern. */
export function addEndpoint(context: UseCaseContext, input: HandlerInput<'endpoints.add'>): Endpoint {
  const pattern = parsePattern(input.path);
  if (!pattern.ok) {
    throw new AppError('INVALID_INPUT', `path: ${pattern.message}`, [
      { path: 'path', message: pattern.message },
    ]);
  }
  return context.command(() => {
    const { endpoints, services } = context.db;
    if (services.findName(input.serviceId) === null) throw serviceNotFound();
    const isThere = endpoints
      .list(input.serviceId)
      .some((known) => known.method === input.method && known.path === input.path);
    if (isThere) {
      const message = `${input.method} ${input.path} is in the catalogue of this service already.`;
      throw new AppError('NAME_TAKEN', message, [{ path: 'path', message }]);
    }
    const endpoint: Endpoint = {
      id: endpointId.parse(`end_${randomBase62(16, randomBytes)}`),
      serviceId: input.serviceId,
      method: input.method,
      path: input.path,
      group: endpointGroup(input.group, input.path),
      summary: input.summary.trim(),
      source: 'manual',
      createdAt: context.nowMs,
      updatedAt: context.nowMs,
    };
    endpoints.insert(endpoint);
    return {
      value: endpoint,
      audit: {
        action: 'endpoints.add',
        subject: { kind: 'endpoint', id: endpoint.id, name: `${endpoint.method} ${endpoint.path}` },
        after: {
          serviceId: endpoint.serviceId,
          method: endpoint.method,
          path: endpoint.path,
          group: endpoint.group,
          summary: endpoint.summary,
        },
      },
      changed: ['endpoints', 'services'],
    };
  });
}
