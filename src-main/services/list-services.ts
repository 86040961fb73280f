import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Every service, by name, with when it last asked. */
export function listServices(context: UseCaseContext): Output<'services.list'> {
  const { services, lastUsed } = context.db;
  return {
    items: services.list().map((service) => ({ ...service, lastSeenAt: lastUsed.serviceAt(service.id) })),
  };
}
