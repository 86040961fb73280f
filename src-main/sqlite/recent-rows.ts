import type { ServiceId } from '#contract/ids.ts';
import type { VerifyRow } from './verify-queries.ts';

/** Rows of secrets that were read a moment ago, as whole objects, some 600 bytes each: most requests come with a key that has just been
 *  used, and to put its columns together again costs more than to find it. What is kept holds for one service and one state of the store: any
 *  write makes another state, so nobody has to tell what was written. */
export class RecentRows {
  readonly #places: readonly Place[] = Array.from({ length: PLACES }, () => ({
    row: NONE,
    serviceId: null,
    revision: NONE,
    found: null,
  }));

  /** What was kept for this row; null when it is not here. */
  find(row: number, serviceId: ServiceId, revision: number): VerifyRow | null {
    const place = this.#placeOf(row);
    const isSame = place?.row === row && place.revision === revision && place.serviceId === serviceId;
    return isSame ? place.found : null;
  }

  /** Keeps a row that comes for the second time at its place. Of a million keys in turn none does, and nothing that the collector would have
   *  to carry along is kept of them. */
  keep(row: number, serviceId: ServiceId, revision: number, found: VerifyRow): void {
    const place = this.#placeOf(row);
    if (place === undefined) return;
    const isSecond = place.row === row;
    place.row = row;
    place.serviceId = isSecond ? serviceId : null;
    place.revision = revision;
    place.found = isSecond ? found : null;
  }

  #placeOf(row: number): Place | undefined {
    return this.#places[row & (PLACES - 1)];
  }
}

/** Where one row of many can be kept. */
interface Place {
  row: number;
  serviceId: ServiceId | null;
  revision: number;
  found: VerifyRow | null;
}

/** A power of two. */
const PLACES = 2_048;
const NONE = -1;
