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
 *  by the log, which knows key, method and path of them and neither the scopes asked for nor the secret; that is compared. Empty five
 *  minutes after the start, and costs nothing then. */
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

  /** Was this request granted by an earlier run, or another one under its id? null when the id was not seen. */
  find(serviceId: ServiceId, request: VerifyRequest, monotonicMs: number): 'granted' | 'other' | null {
    if (monotonicMs >= this.#untilMs) {
      if (this.#granted.size > 0) this.#granted.clear();
      return null;
    }
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
