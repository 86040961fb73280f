import type { ServiceId } from '#contract/ids.ts';
import type { Service } from '#contract/services.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One service with its counts and when it last asked. Throws SERVICE_NOT_FOUND. */
export function getService(context: UseCaseContext, input: { readonly serviceId: ServiceId }): Service {
  const service = context.db.services.get(input.serviceId);
  if (service === null) throw serviceNotFound();
  return { ...service, lastSeenAt: context.db.lastUsed.serviceAt(service.id) };
}

/** The refusal of an unknown service. */
export function serviceNotFound(): AppError {
  return new AppError(
    'SERVICE_NOT_FOUND',
    'There is no service with this id. Look it up in the list of services.',
  );
}
