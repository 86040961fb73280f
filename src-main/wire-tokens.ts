import type { Core } from './core.ts';
import { isServiceToken } from './domain/key-format.ts';
import type { Clock } from './platform/clock.ts';
import type { TokenTable } from './sqlite/pepper-queries.ts';
import { findAdmin, isTokenLive } from './tokens/find-admin.ts';
import { ConnectionServices } from './verify/connection-services.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Makes the look-ups of tokens. One that is kept under a retired pepper is kept anew at its use. */
export function wireTokens(
  store: WiredStore,
  requests: Pick<WiredRequests, 'rehashes'>,
  clock: Clock,
): Pick<Core, 'findAdmin' | 'isTokenLive' | 'findService'> {
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
