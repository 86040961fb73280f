import type { ServiceId } from '#contract/ids.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import { parseKey } from '#main/domain/key-format.ts';
import { placeOfOwn } from '#main/sqlite/request-id-column.ts';
import type { GrantedRequest } from '#main/requests/requests-messages.ts';
import { PATH_BYTES_MAX, storedText } from '#main/requests/stored-text.ts';
import { loggedPath } from './logged-path.ts';
import { REMEMBERED_MS } from './repeats.ts';

/** Both clocks at one moment. */
interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

interface Granted extends Pick<GrantedRequest, 'keyId' | 'method' | 'path'> {
  readonly untilMs: number;
}

/** Requests that an earlier run of the program granted under an id of the caller's, of the last five minutes: they have paid. Told
 *  by the log, and compared with what the log knows: key, method and path. An id of this run is compared with more (see
 *  fingerprintOf). The difference, over a restart, is this: a repeat under the same id with another cost, other scopes or other
 *  limits is taken for the repeat of the paid request instead of being refused as another one, and neither spends nor logs. It is
 *  decided anew, so it gets nothing that its key may not do. Only the asking service can do this, whose own limits they are; to
 *  refuse it, every row of the log would have to keep a keyed hash of 32 bytes that nobody reads but the next start.
 *  Empty five minutes after the newest of them was granted. */
export class EarlierIds {
  readonly #granted = new Map<string, Granted>();
  #untilMs = Number.NEGATIVE_INFINITY;

  /** Takes over rows in any order. */
  add(rows: Iterable<GrantedRequest>, { nowMs, monotonicMs }: Moment): void {
    for (const { requestId, serviceId, at, keyId, method, path } of rows) {
      // Ids that we made for a request of this time are nobody's to repeat.
      if (placeOfOwn(requestId)?.atMs === at || keyId === null) continue;
      // The wall clock only says how long ago it was.
      const ageMs = Math.max(0, nowMs - at);
      if (ageMs >= REMEMBERED_MS) continue;
      const untilMs = monotonicMs + REMEMBERED_MS - ageMs;
      this.#untilMs = Math.max(this.#untilMs, untilMs);
      this.#granted.set(nameOf(serviceId, requestId), { keyId, method, path, untilMs });
    }
  }

  /** Lets go of what is over. Called now and then: otherwise only the next request with an id would. */
  forgetOld(monotonicMs: number): void {
    if (monotonicMs >= this.#untilMs) this.#granted.clear();
  }

  /** How many are remembered. */
  get size(): number {
    return this.#granted.size;
  }

  /** Was this request granted by an earlier run, or another one under its id? null when the id was not seen. */
  find(serviceId: ServiceId, request: VerifyRequest, monotonicMs: number): 'granted' | 'other' | null {
    if (this.#granted.size === 0) return null;
    const seen =
      request.requestId === undefined ? undefined : this.#granted.get(nameOf(serviceId, request.requestId));
    if (seen === undefined || monotonicMs >= seen.untilMs) return null;
    const keyId = keyIdOf(request);
    // The key of another system tells its id only when it is looked up: its repeat is a first sight, as it was before.
    if (keyId === null) return null;
    const isSame =
      keyId === seen.keyId &&
      (request.method ?? null) === seen.method &&
      storedPath(request.path) === seen.path;
    return isSame ? 'granted' : 'other';
  }
}

function nameOf(serviceId: string, requestId: string): string {
  return `${serviceId} ${requestId}`;
}

/** As the log gives it back. */
function storedPath(path: string | undefined): string | null {
  const logged = loggedPath(path);
  return logged === null ? null : storedText(logged, PATH_BYTES_MAX);
}

function keyIdOf({ key, keyId }: VerifyRequest): string | null {
  if (key === undefined) return keyId ?? null;
  const parsed = parseKey(key);
  return parsed.kind === 'key' ? parsed.keyId : null;
}
