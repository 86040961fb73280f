import type { HandlerServices } from './rpc/handler-services.ts';
import type { WiredRequests } from './wire-requests.ts';

/** The self-test of the running verifier and log; loaded at the first call. */
export function createSelfTests({
  limitParts,
  client,
}: Pick<WiredRequests, 'limitParts' | 'client'>): HandlerServices['selfTest'] {
  const load = () => import('./verify/self-test/run-self-test.ts');
  const quotaDrift = async () => (await client.stats()).quotaDrift;
  return {
    run: async (context) => (await load()).runSelfTest(context, { ...limitParts, quotaDrift }),
    last: async (context) => (await load()).lastSelfTest(context),
  };
}
