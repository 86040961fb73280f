import { z } from 'zod';
import type { ServiceTokenRow } from '#main/sqlite/verify-queries.ts';
import { createIpList, ipRefusal } from './ip-allow.ts';
import type { IpList } from './ip-allow.ts';

/** A connection over which a service asks. Its address cannot change while it lives; absent once it has ended. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
}

/** What the look-up of a service token needs. */
export interface ServiceLookup {
  /** Another number after every write to the store: see StoreRevision. */
  readonly revision: () => number;
  /** Hashes the token and asks the store; throws when it cannot be read. */
  readonly find: (token: string) => ServiceTokenRow | null;
  /** A good token came from an address from which its service does not ask; told once for each of both. */
  readonly onElsewhere: (service: ServiceTokenRow, address: string | null) => void;
}

interface Known {
  readonly token: string;
  readonly revision: number;
  readonly service: ServiceTokenRow;
}

/** Services and addresses of which it is remembered that they were told: whoever has a token can have many addresses. */
const ELSEWHERE_MAX = 200;

const texts = z.array(z.string());

/** Whose service token it is. A caller sends the same one with every request of a connection, and hashing it each time is a tenth of
 *  what a verification costs us; so the last one of a connection is recognised by its text until somebody writes to the store.
 *  The text lives as long as the connection, which holds its last head anyhow. A token that ends at a moment is asked for each time.
 *  From where it may come is judged at the look-up: what a connection is remembered by is judged already. */
export class ConnectionServices {
  readonly #lookup: ServiceLookup;
  readonly #known = new WeakMap<Connection, Known>();
  readonly #elsewhere = new Set<string>();
  /** Read once for each row of a token, which stays the same until somebody writes to the store. */
  readonly #networks = new WeakMap<ServiceTokenRow, IpList>();

  constructor(lookup: ServiceLookup) {
    this.#lookup = lookup;
  }

  /** null when the token is unknown, has ended, or is not taken from where the connection comes. `connection` is the socket, or null
   *  when there is none to remember by: then no token is good that is bound to networks. */
  find(token: string, connection: Connection | null): ServiceTokenRow | null {
    const revision = this.#lookup.revision();
    const known = connection === null ? undefined : this.#known.get(connection);
    if (known !== undefined && known.revision === revision && known.token === token) return known.service;
    const service = this.#lookup.find(token);
    if (service === null || !this.#isFromThere(service, connection?.remoteAddress ?? null)) return null;
    if (service.endsAtMs === null && connection !== null) {
      this.#known.set(connection, { token, revision, service });
    }
    return service;
  }

  #isFromThere(service: ServiceTokenRow, address: string | null): boolean {
    if (service.askedFromJson === '[]') return true;
    if (address !== null && ipRefusal(this.#networksOf(service), address) === null) return true;
    const both = `${service.id} ${address ?? ''}`;
    if (!this.#elsewhere.has(both) && this.#elsewhere.size < ELSEWHERE_MAX) {
      this.#elsewhere.add(both);
      this.#lookup.onElsewhere(service, address);
    }
    return false;
  }

  #networksOf(service: ServiceTokenRow): IpList {
    const known = this.#networks.get(service);
    if (known !== undefined) return known;
    const networks = createIpList(texts.parse(JSON.parse(service.askedFromJson)));
    this.#networks.set(service, networks);
    return networks;
  }
}
