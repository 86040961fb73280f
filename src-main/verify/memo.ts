/** Remembers what a pure function made of a text, for at most `entriesMax` texts; the oldest go first. */
export class Memo<T> {
  readonly #make: (text: string) => T;
  readonly #entriesMax: number;
  readonly #made = new Map<string, { readonly value: T }>();

  constructor(make: (text: string) => T, entriesMax: number) {
    this.#make = make;
    this.#entriesMax = entriesMax;
  }

  get(text: string): T {
    const made = this.#made.get(text);
    if (made !== undefined) return made.value;
    const value = this.#make(text);
    if (this.#made.size >= this.#entriesMax) {
      for (const oldest of this.#made.keys()) {
        this.#made.delete(oldest);
        break;
      }
    }
    this.#made.set(text, { value });
    return value;
  }
}
