import type { ServiceTokenRow } from '#main/sqlite/verify-queries.ts';

/** What the look-up of a service token needs. */
export interface ServiceLookup {
  /** Another number after every write to the store: see StoreRevision. */
  readonly revision: () => number;
  /** Hashes the token and asks the store; throws when it cannot be read. */
  readonly find: (token: string) => ServiceTokenRow | null;
}

interface Known {
  readonly token: string;
  readonly revision: number;
  readonly service: ServiceTokenRow;
}

/** Whose service token it is. A caller sends the same one with every request of a connection, and hashing it each time is a tenth of
 *  what a verification costs us; so the last one of a connection is recognised by its text until somebody writes to the store.
 *  The text lives as long as the connection, which holds its last head anyhow. A token that ends at a moment is asked for each time. */
export class ConnectionServices {
  readonly #lookup: ServiceLookup;
  readonly #known = new WeakMap<object, Known>();

  constructor(lookup: ServiceLookup) {
    this.#lookup = lookup;
  }

  /** null when the token is unknown or has ended. `connection` is the socket, or null when there is none to remember by. */
  find(token: string, connection: object | null): ServiceTokenRow | null {
    const revision = this.#lookup.revision();
    const known = connection === null ? undefined : this.#known.get(connection);
    if (known !== undefined && known.revision === revision && known.token === token) return known.service;
    const service = this.#lookup.find(token);
    if (service !== null && service.endsAtMs === null && connection !== null) {
      this.#known.set(connection, { token, revision, service });
    }
    return service;
  }
}
