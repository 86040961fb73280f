import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { getService } from './get-service.ts';
import { auditNames } from './import-endpoints.ts';
import { RouteCollector, type ReadRoutes } from './import-route.ts';
import { planImport } from './plan-import.ts';

/** Merges templates of observed paths into the catalogue, all or none; what is there already stays as it is, however it got there.
 *  Throws SERVICE_NOT_FOUND, INVALID_INPUT for a path that is no pattern or is there twice. */
export function addObserved(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.addObserved'>,
): Output<'endpoints.addObserved'> {
  const read = readTemplates(input.endpoints);
  return context.command(() => {
    const { added, result } = planImport(context, {
      serviceId: input.serviceId,
      source: 'observed',
      read,
    });
    for (const endpoint of added) context.db.endpoints.insert(endpoint);
    const service = getService(context, input);
    return {
      value: { added: result.added, unchanged: result.unchanged },
      audit: {
        action: 'endpoints.addObserved',
        subject: { kind: 'service', id: service.id, name: service.name },
        after: { added: result.added, unchanged: result.unchanged, addedEndpoints: auditNames(added) },
      },
      changed: ['endpoints', 'services'],
    };
  });
}

function readTemplates(endpoints: HandlerInput<'endpoints.addObserved'>['endpoints']): ReadRoutes {
  const collector = new RouteCollector();
  for (const [index, { method, path }] of endpoints.entries()) {
    const where = `endpoints.${String(index)}.path`;
    collector.add(
      { line: () => null, where },
      { method, path, groupPath: path, group: undefined, summary: '' },
    );
  }
  const read = collector.read();
  const [first] = read.problems;
  if (first === undefined) return read;
  throw new AppError(
    'INVALID_INPUT',
    `${first.where}: ${first.message}`,
    read.problems.map(({ where, message }) => ({ path: where, message })),
  );
}
