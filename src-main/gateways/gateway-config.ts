import type { HandlerInput } from '#contract/contract.ts';
import type { GatewayConfig } from '#contract/gateways.ts';
import type { UseCaseContext } from '#main/context.ts';
import { serviceNotFound } from '#main/services/get-service.ts';
import { writeGateway } from './write-gateway.ts';

/** The configuration of a proxy in front of a service. `serviceUrl` is where the service listener is now. Throws
 *  SERVICE_NOT_FOUND. */
export function gatewayConfig(
  context: UseCaseContext,
  input: HandlerInput<'gateways.config'>,
  serviceUrl: string,
): GatewayConfig {
  const service = context.db.services.get(input.serviceId);
  if (service === null) throw serviceNotFound();
  return writeGateway(input, { slug: service.slug, serviceUrl });
}
