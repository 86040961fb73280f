import { pepperStatus } from '#main/tokens/pepper-status.ts';
import { revokeToken } from '#main/tokens/revoke-token.ts';
import { dropPepper, rotatePepper } from '#main/tokens/rotate-pepper.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type TokenProcedure = 'tokens.list' | 'tokens.revoke' | 'peppers.status' | 'peppers.rotate' | 'peppers.drop';

/** Handlers of admin tokens and of the peppers under which all secrets are kept. */
export function createTokenHandlers({
  host,
  peppers,
}: Pick<HandlerServices, 'host' | 'peppers'>): Pick<Handlers, TokenProcedure> {
  return {
    'tokens.list': (context) => ({ items: context.db.adminTokens.list() }),
    'tokens.revoke': (context, input) => revokeToken(context, input, host),
    'peppers.status': pepperStatus,
    'peppers.rotate': (context) => rotatePepper(context, peppers),
    'peppers.drop': (context, input) => dropPepper(context, input, peppers),
  };
}
