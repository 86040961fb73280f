/** Who is turned away: nobody, requests with unknown keys, or everybody. */
export type LoadLevel = 'calm' | 'busy' | 'overloaded';

const LEVELS: readonly LoadLevel[] = ['calm', 'busy', 'overloaded'];
/** Known keys are turned away when the lag is this many times what turns unknown ones away. */
const OVERLOADED_FACTOR = 4;
/** A few long tasks, such as the first question of an administrator, are no overload: this many measurements in a row must say so,
 *  more than half a second. */
const RAISE_AFTER = 4;
/** A level ends when the lag stays below half of what began it for this many measurements. */
const LOWER_AFTER = 10;

/** Judges the lag of the event loop, with hysteresis so that it does not flutter. */
export class LoadGauge {
  #level = 0;
  #above = 0;
  #below = 0;

  get level(): LoadLevel {
    return LEVELS[this.#level] ?? 'calm';
  }

  /** Takes one measurement. `busyFromMs` is the lag that turns unknown keys away; 0 = never. */
  sample(lagMs: number, busyFromMs: number): void {
    if (busyFromMs === 0) {
      this.#level = 0;
      return;
    }
    this.#above = lagMs >= fromMs(this.#level + 1, busyFromMs) ? this.#above + 1 : 0;
    this.#below = lagMs < fromMs(this.#level, busyFromMs) / 2 ? this.#below + 1 : 0;
    if (this.#above >= RAISE_AFTER && this.#level < 2) this.#move(1);
    else if (this.#below >= LOWER_AFTER && this.#level > 0) this.#move(-1);
  }

  #move(by: 1 | -1): void {
    this.#level += by;
    this.#above = 0;
    this.#below = 0;
  }
}

function fromMs(level: number, busyFromMs: number): number {
  return level === 2 ? busyFromMs * OVERLOADED_FACTOR : level === 1 ? busyFromMs : Infinity;
}
