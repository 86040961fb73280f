import type { HandlerInput } from '#contract/contract.ts';
import type { Endpoint, ImportResult } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planImport, readImport } from './plan-import.ts';
import { getService } from './get-service.ts';

/** The audit event names this many endpoints of each kind; the counts are whole. */
const NAMED_MAX = 100;

/** Adds and updates endpoints from an OpenAPI document or pasted lines. What cannot be read is left out and reported;
 *  the rest is imported. Doing it again changes nothing. Nothing is deleted.
 *  Throws SERVICE_NOT_FOUND, IMPORT_UNREADABLE. */
export function importEndpoints(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.import'>,
): ImportResult {
  const read = readImport(input);
  return context.command(() => {
    const { added, updated, result } = planImport(context, input, read);
    for (const endpoint of added) context.db.endpoints.insert(endpoint);
    for (const endpoint of updated) context.db.endpoints.update(endpoint);
    const service = getService(context, input);
    return {
      value: result,
      audit: {
        action: 'endpoints.import',
        subject: { kind: 'service', id: service.id, name: service.name },
        after: {
          source: input.lines === undefined ? 'openapi' : 'lines',
          added: result.added,
          updated: result.updated,
          unchanged: result.unchanged,
          problems: result.problems.length,
          addedEndpoints: names(added),
          updatedEndpoints: names(updated),
        },
      },
      changed: ['endpoints', 'services'],
    };
  });
}

function names(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.slice(0, NAMED_MAX).map((endpoint) => `${endpoint.method} ${endpoint.path}`);
}
