import type { UseCaseContext } from '#main/context.ts';
import type { Logger } from '#main/platform/logger.ts';
import { keepToken } from './create-token.ts';

/** Makes a given token the first owner token of a store in which nobody has done anything yet; ignored, with a line in
 *  the log, in any other store. */
export function keepFirstToken(context: UseCaseContext, token: string, logger: Logger): void {
  const { adminTokens, audit } = context.db;
  // Not "was the store made just now": a kill between making it and this would lock the automation out.
  if (audit.total() === 0 && adminTokens.list().length === 0) {
    keepToken(context, { name: 'First owner token', role: 'owner', expiresAt: null }, token);
    return;
  }
  if (context.keyring.peppers.find(token, adminTokens.findByHash) === null) {
    logger.info(
      'LATCHKEY_ADMIN_TOKEN is ignored: this store is in use already. Create tokens in it instead.',
    );
  }
}
