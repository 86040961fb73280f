import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { serviceNotFound } from './get-service.ts';

/** The endpoint catalogue by path, then method; of one service or of all. Throws SERVICE_NOT_FOUND. */
export function listEndpoints(
  context: UseCaseContext,
  input: HandlerInput<'endpoints.list'>,
): Output<'endpoints.list'> {
  const { endpoints, services } = context.db;
  if (input.serviceId !== undefined && services.findName(input.serviceId) === null) throw serviceNotFound();
  return { items: endpoints.list(input.serviceId ?? null) };
}
