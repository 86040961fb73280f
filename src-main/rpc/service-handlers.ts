import { gatewayConfig } from '#main/gateways/gateway-config.ts';
import { sendProbe } from '#main/gateways/probe.ts';
import { tryVerification } from '#main/gateways/try-verification.ts';
import { testGateway } from '#main/gateways/test-gateway.ts';
import { readTokenExchange } from '#main/token-exchange/read-token-exchange.ts';
import { rotateSigningKey } from '#main/token-exchange/rotate-signing-key.ts';
import { updateTokenExchange } from '#main/token-exchange/update-token-exchange.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

/** What answers the procedures that tell where services, gateways and checkers of tokens find the service listener. */
export function createServiceHandlers({
  monotonicMs,
  serviceUrl,
}: Pick<HandlerServices, 'monotonicMs' | 'serviceUrl'>) {
  return {
    'services.tryVerification': (_context, input) =>
      tryVerification(input, { serviceUrl: serviceUrl(), send: sendProbe }),
    'gateways.config': (context, input) => gatewayConfig(context, input, serviceUrl()),
    'gateways.test': (context, input) => testGateway(context, input, { send: sendProbe, monotonicMs }),
    'tokenExchange.get': (context, input) => readTokenExchange(context, input, serviceUrl()),
    'tokenExchange.update': (context, input) => updateTokenExchange(context, input, serviceUrl()),
    'tokenExchange.rotateKey': rotateSigningKey,
  } satisfies Partial<Handlers>;
}
