/** What is remembered of one question: of more the oldest are made again. */
const KEPT_MAX = 8_192;

/** Answers that are costly to make and asked for again and again. Belongs to one reading. */
export class Remembered<Key, Value> {
  readonly #kept = new Map<Key, Value>();

  get(key: Key, make: () => Value): Value {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    const value = make();
    this.#kept.set(key, value);
    return value;
  }
}
