import type { HandlerInput } from '#contract/contract.ts';
import { CHANGES_NAMED_MAX, type ImportPreview } from '#contract/endpoint-import.ts';
import type { UseCaseContext } from '#main/context.ts';
import { must } from '#main/platform/must.ts';
import { endpointUsers, type Pace } from './endpoint-users.ts';
import { planImport, readImport } from './plan-import.ts';

/** Makes the answer to what an import of this source would do, and who may call what the document no longer has; changes
 *  nothing. Throws SERVICE_NOT_FOUND, IMPORT_UNREADABLE. */
export function createPreviewImport(pace: Pace) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'endpoints.preview'>,
  ): Promise<ImportPreview> => {
    const { added, updatedNames, missing, result } = planImport(context, readImport(input));
    const named = missing.slice(0, CHANGES_NAMED_MAX);
    const { users, isWhole } = await endpointUsers(context, {
      serviceId: input.serviceId,
      endpoints: named,
      pace,
    });
    return {
      ...result,
      removed: missing.length,
      addedEndpoints: added.slice(0, CHANGES_NAMED_MAX).map(({ method, path }) => ({ method, path })),
      updatedEndpoints: updatedNames,
      removedEndpoints: named.map(({ id, method, path }, index) => ({
        endpointId: id,
        method,
        path,
        ...must(users[index], 'every endpoint has its users'),
      })),
      areKeysWhole: isWhole,
    };
  };
}
