/** A second in slots of this length … */
const SLOT_MS = 100;
/** … and the running one. What counts is therefore 1.0 to 1.1 s: never more than the ceiling in any second. */
const SLOTS = 11;
/** Share of a ceiling that is kept for known keys. */
const KEPT_FOR_KNOWN = 0.1;

/** Counts calls of the last second against a ceiling. Times are monotonic ms. */
export class CallCeiling {
  readonly #counts = new Array<number>(SLOTS).fill(0);
  #slot = 0;
  #total = 0;

  /** Counts a call when it fits below `perSecondMax`; the last tenth of it is for known keys alone. */
  admit(nowMs: number, perSecondMax: number, isKnown: boolean): boolean {
    this.#advance(Math.floor(nowMs / SLOT_MS));
    const kept = isKnown ? 0 : Math.floor(perSecondMax * KEPT_FOR_KNOWN);
    if (this.#total >= perSecondMax - kept) return false;
    const index = this.#slot % SLOTS;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
    return true;
  }

  #advance(slot: number): void {
    const steps = Math.min(slot - this.#slot, SLOTS);
    for (let step = 1; step <= steps; step += 1) {
      const index = (slot - steps + step) % SLOTS;
      this.#total -= this.#counts[index] ?? 0;
      this.#counts[index] = 0;
    }
    this.#slot = Math.max(this.#slot, slot);
  }
}
