import type { BlockedSourceId, TimestampMs } from '#contract/ids.ts';
import { parseAddress, parseNetwork } from '#main/domain/ip-address.ts';
import { NetworkSet } from '#main/domain/network-set.ts';

/** A blocked source as a verification needs it. */
export interface BlockedNetwork {
  readonly id: BlockedSourceId;
  readonly network: string;
  /** ms UTC; null = it does not end. */
  readonly expiresAtMs: number | null;
}

/** Calls from a blocked source that were refused since the program started. */
export interface BlockedHits {
  readonly count: number;
  readonly lastAt: TimestampMs;
}

/** Why a request from it is refused, as a sentence. */
export function blockedText(clientIp: string | null, { network }: BlockedNetwork): string {
  return `${clientIp ?? ''} is in the blocked source ${network}.`;
}

const NONE = new NetworkSet<BlockedNetwork>([]);

/** The sources that are blocked now, in memory: a verification asks it once, and nothing at all where no source is blocked. */
export class BlockedSources {
  #networks = NONE;
  #hits = new Map<BlockedSourceId, BlockedHits>();

  /** Takes over the list from the store. Hits of sources that are still in it go on. */
  replace(list: readonly BlockedNetwork[]): void {
    const entries = list.flatMap((value) => {
      const network = parseNetwork(value.network);
      return network === null ? [] : [{ network, value }];
    });
    this.#networks = entries.length === 0 ? NONE : new NetworkSet(entries);
    const kept = new Set(list.map(({ id }) => id));
    this.#hits = new Map([...this.#hits].filter(([id]) => kept.has(id)));
  }

  /** The blocked source that an address is in; null when it is in none, or nobody said an address. */
  find(clientIp: string | null, nowMs: number): BlockedNetwork | null {
    if (this.#networks.size === 0 || clientIp === null) return null;
    const address = parseAddress(clientIp);
    if (address === null) return null;
    return this.#networks.find(address, ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
  }

  /** A call from it was refused. */
  noteHit(id: BlockedSourceId, at: TimestampMs): void {
    this.#hits.set(id, { count: (this.#hits.get(id)?.count ?? 0) + 1, lastAt: at });
  }

  /** null = none since the program started. */
  readonly hitsOf = (id: BlockedSourceId): BlockedHits | null => this.#hits.get(id) ?? null;
}
