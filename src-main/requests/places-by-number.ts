/** Nothing is kept for the number. */
export const NONE = 0xffff_ffff;
const PAGE_BITS = 9;
const PAGE = 2 ** PAGE_BITS;

/** A small whole number for each of many others that lie close together, such as principals: packed, 4 bytes each, where a Map takes
 *  forty. */
export class PlacesByNumber {
  readonly #pages: (Uint32Array | undefined)[] = [];

  /** NONE when nothing is kept for it. */
  get(number: number): number {
    return this.#pages[number >>> PAGE_BITS]?.[number & (PAGE - 1)] ?? NONE;
  }

  /** `place` NONE = nothing is kept any more. */
  set(number: number, place: number): void {
    const index = number >>> PAGE_BITS;
    let page = this.#pages[index];
    if (page === undefined) {
      // Without holes: an array with holes would become a Map.
      while (this.#pages.length <= index) this.#pages.push(undefined);
      this.#pages[index] = page = new Uint32Array(PAGE).fill(NONE);
    }
    page[number & (PAGE - 1)] = place;
  }

  /** Numbers with a place below `placesEnd`, ascending. */
  numbers(placesEnd = NONE): number[] {
    const found: number[] = [];
    this.#pages.forEach((page, index) => {
      if (page === undefined) return;
      for (let at = 0; at < PAGE; at += 1) {
        if ((page[at] ?? NONE) < placesEnd) found.push(index * PAGE + at);
      }
    });
    return found;
  }
}
