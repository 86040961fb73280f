import type { ServiceId } from '#contract/ids.ts';
import type { RefusedDecision, VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import type { Keyring } from '#main/platform/keyring.ts';

/** How long a caller's own request id is remembered. */
export const REMEMBERED_MS = 5 * 60_000;

/** Bounds the memory, some 300 bytes an id. Beyond it the oldest ids are forgotten before their time. */
interface RepeatsSizes {
  /** Ids of one service: those of other services are not forgotten for its sake. 833 a second for five minutes. */
  readonly perService: number;
  /** Ids of one service whose requests came with no good key; they make room for each other only. */
  readonly garbagePerService: number;
  /** Of all services. Beyond it, who holds most gives way. */
  readonly total: number;
}
const SIZES: RepeatsSizes = { perService: 250_000, garbagePerService: 10_000, total: 500_000 };

interface Remembered {
  /** Of the request: see fingerprintOf. */
  readonly fingerprint: string;
  readonly atMs: number;
  readonly refused: RefusedBefore | null;
}

/** A refusal as it is remembered. The help address is made anew, because it repeats the path, percent-encoded. */
export type RefusedBefore = Omit<RefusedDecision, 'help' | 'latencyUs' | 'trace'>;

/** What an id that a caller sent means: `first` time seen, the repeat of a `granted` or of a `refused` request, or the id of a
 *  different request (`other`). */
export type Repeat =
  | { readonly kind: 'first' | 'granted' | 'other' }
  | { readonly kind: 'refused'; readonly before: RefusedBefore };

const FIRST: Repeat = { kind: 'first' };
const GRANTED: Repeat = { kind: 'granted' };
const OTHER: Repeat = { kind: 'other' };

/** Request ids of the last five minutes, so that a retried call neither spends nor logs twice. Grants are not kept: the repeat
 *  of one is decided anew. Refusals are: an id that was refused, and is in the log as refused, is never granted later.
 *  `id` is unique per service; `fingerprint` is a keyed hash, never the key. Times are monotonic ms. */
export class Repeats {
  readonly #sizes: RepeatsSizes;
  readonly #ofServices = new Map<ServiceId, { readonly known: Room; readonly garbage: Room }>();

  constructor(sizes = SIZES) {
    this.#sizes = sizes;
  }

  find(serviceId: ServiceId, id: string, fingerprint: string, nowMs: number): Repeat {
    const rooms = this.#ofServices.get(serviceId);
    const seen = rooms === undefined ? undefined : (rooms.known.get(id) ?? rooms.garbage.get(id));
    if (seen === undefined || nowMs - seen.atMs >= REMEMBERED_MS) return FIRST;
    if (seen.fingerprint !== fingerprint) return OTHER;
    return seen.refused === null ? GRANTED : { kind: 'refused', before: seen.refused };
  }

  /** Notes the outcome of a request whose id is `first` seen; `refused` is null when it was granted. */
  remember(serviceId: ServiceId, id: string, seen: Remembered): void {
    const { known, garbage } = this.#roomsOf(serviceId);
    known.delete(id);
    garbage.delete(id);
    const isGarbage = seen.refused !== null && GARBAGE.has(seen.refused.code);
    const room = isGarbage ? garbage : known;
    forgetOld(room, seen.atMs);
    const size = isGarbage ? this.#sizes.garbagePerService : this.#sizes.perService;
    if (room.size >= size) forgetOldest(room);
    this.#makeRoom(seen.atMs);
    room.set(id, seen);
  }

  /** Lets go of what is over. Called now and then: otherwise only the next request with an id would. */
  forgetOld(nowMs: number): void {
    for (const { known, garbage } of this.#ofServices.values()) {
      forgetOld(known, nowMs);
      forgetOld(garbage, nowMs);
    }
  }

  /** How many are remembered. */
  get size(): number {
    let sum = 0;
    for (const { known, garbage } of this.#ofServices.values()) sum += known.size + garbage.size;
    return sum;
  }

  #roomsOf(serviceId: ServiceId): { readonly known: Room; readonly garbage: Room } {
    let rooms = this.#ofServices.get(serviceId);
    if (rooms === undefined) {
      rooms = { known: new Map(), garbage: new Map() };
      this.#ofServices.set(serviceId, rooms);
    }
    return rooms;
  }

  #makeRoom(nowMs: number): void {
    if (this.size < this.#sizes.total) return;
    this.forgetOld(nowMs);
    if (this.size < this.#sizes.total) return;
    const rooms = [...this.#ofServices.values()].flatMap(({ known, garbage }) => [known, garbage]);
    const largest = rooms.reduce((most, room) => (room.size > most.size ? room : most));
    forgetOldest(largest);
  }
}

/** In order of first sight, because a Map keeps it: the oldest come first. */
type Room = Map<string, Remembered>;

/** Anybody can send these in any number. */
const GARBAGE: ReadonlySet<string> = new Set(['MISSING_KEY', 'MALFORMED', 'NOT_FOUND']);

function forgetOld(room: Room, nowMs: number): void {
  for (const [id, seen] of room) {
    if (nowMs - seen.atMs < REMEMBERED_MS) return;
    room.delete(id);
  }
}

function forgetOldest(room: Room): void {
  for (const id of room.keys()) {
    room.delete(id);
    return;
  }
}

/** Tells whether a repeated id belongs to the same request. A keyed hash, because the key must not stay in memory. */
export function fingerprintOf(keyring: Keyring, request: VerifyRequest): string {
  const { key, keyId, secret, method, path, scopes, scopeQuery, cost, rateLimits, signature } = request;
  const parts = [key, keyId, secret, method, path, scopes, scopeQuery, cost, rateLimits, signature];
  return keyring.hashText(JSON.stringify(parts));
}

/** What is remembered of a decision. */
export function remembered(decision: VerifyResponse, fingerprint: string, atMs: number): Remembered {
  if (decision.valid) return { fingerprint, atMs, refused: null };
  const { help: _help, latencyUs: _latencyUs, trace: _trace, ...refused } = decision;
  return { fingerprint, atMs, refused };
}
