import type { HandlerInput } from '#contract/contract.ts';
import type { ImportResult } from '#contract/endpoint-import.ts';
import type { Endpoint } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getService } from './get-service.ts';
import { planImport, readImport } from './plan-import.ts';

/** The audit event names this many endpoints of each kind; the counts are whole. */
const NAMED_MAX = 100;

/** Adds and updates endpoints from an OpenAPI document or pasted lines. What cannot be read is left out and reported;
 *  the rest is imported. Doing it again changes nothing. Removes only what was asked for by id, came from a document and
 *  is not in this one. Throws SERVICE_NOT_FOUND, IMPORT_UNREADABLE. */
export function importEndpoints(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.import'>,
): ImportResult {
  const source = readImport(input);
  return context.command(() => {
    const { added, updated, missing, result } = planImport(context, source);
    const asked = new Set(input.removeEndpointIds);
    const removed = missing.filter(({ id }) => asked.has(id));
    for (const endpoint of added) context.db.endpoints.insert(endpoint);
    for (const endpoint of updated) context.db.endpoints.update(endpoint);
    for (const { id } of removed) context.db.endpoints.delete(id);
    const service = getService(context, input);
    return {
      value: { ...result, removed: removed.length },
      audit: {
        action: 'endpoints.import',
        subject: { kind: 'service', id: service.id, name: service.name },
        after: {
          source: input.lines === undefined ? 'openapi' : 'lines',
          added: result.added,
          updated: result.updated,
          unchanged: result.unchanged,
          removed: removed.length,
          problems: result.problems.length,
          addedEndpoints: auditNames(added),
          updatedEndpoints: auditNames(updated),
          removedEndpoints: auditNames(removed),
        },
      },
      changed: ['endpoints', 'services'],
    };
  });
}

/** `GET /offers`, of at most 100 endpoints, for an audit event. */
export function auditNames(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.slice(0, NAMED_MAX).map((endpoint) => `${endpoint.method} ${endpoint.path}`);
}
