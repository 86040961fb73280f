import { testPort } from '#main/settings/test-port.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type PortProcedure = 'ports.get' | 'ports.test' | 'ports.change' | 'ports.keep' | 'ports.goBack';

/** Handlers of the listeners' ports. What runs and is tried lives in memory; what is kept is a setting. */
export function createPortHandlers({ ports }: HandlerServices): Pick<Handlers, PortProcedure> {
  return {
    'ports.get': () => ports.get(),
    'ports.test': (_context, { port }) => testPort(port),
    'ports.change': (context, input) => ports.change(context, input),
    'ports.keep': (context) => ports.keep(context),
    'ports.goBack': (context) => ports.goBack(context),
  };
}
