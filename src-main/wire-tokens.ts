import type { Actor } from '#contract/audit.ts';
import type { Role } from '#contract/procedure.ts';
import { isServiceToken } from './domain/key-format.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import type { TokenTable } from './sqlite/pepper-queries.ts';
import type { ServiceRef } from './sqlite/verify-queries.ts';
import { findAdmin, isTokenLive } from './tokens/find-admin.ts';
import { ConnectionServices } from './verify/connection-services.ts';
import type { Connection } from './verify/connection-services.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** The look-ups of tokens. */
export interface WiredTokens {
  /** Who holds an admin token; null when it is not good. Reads the store at each call, throws when it cannot be read. */
  readonly findAdmin: (token: string) => { readonly actor: Actor; readonly role: Role } | null;
  /** Is the admin token with this id neither revoked nor expired? As findAdmin. */
  readonly isTokenLive: (tokenId: string) => boolean;
  /** Whose service token it is; null when it is not good, or not taken from where the connection comes. As findAdmin. */
  readonly findService: (token: string, connection: Connection | null) => ServiceRef | null;
}

/** Makes the look-ups of tokens. One that is kept under a retired pepper is kept anew at its use. */
export function wireTokens(
  store: WiredStore,
  requests: Pick<WiredRequests, 'rehashes'>,
  clock: Clock,
  logger: Logger,
): WiredTokens {
  const { peppers } = store.keyring;
  const parts = () => ({ db: store.store.db, nowMs: clock.nowMs() });
  const rehashed = (table: TokenTable, token: string) => (former: Buffer) => {
    requests.rehashes.addToken({ table, former, ...peppers.stored(token) });
  };
  const services = new ConnectionServices({
    revision: () => store.store.db.verify.revision(),
    find: (token) =>
      isServiceToken(token)
        ? peppers.find(
            token,
            (_hash, text) => store.store.db.verify.findService(text, clock.nowMs()),
            rehashed('service_tokens', token),
          )
        : null,
    onElsewhere: (service, address) => {
      const reason = `${address ?? 'an address that nobody knows'} is not where the service asks from`;
      logger.warn('A service token was refused.', { serviceId: service.id, reason });
    },
  });
  return {
    findAdmin: (token) => {
      const onRetired = rehashed('admin_tokens', token);
      return findAdmin({ ...parts(), keyring: store.keyring, onRetired }, token);
    },
    isTokenLive: (tokenId) => isTokenLive(parts(), tokenId),
    findService: (token, connection) => services.find(token, connection),
  };
}
