/** Remembers what a pure function made of a text, for at most `entriesMax` texts; the oldest go first. */
export class Memo<T> {
  readonly #make: (text: string) => T;
  readonly #entriesMax: number;
  readonly #made = new Map<string, Made<T>>();
  /** The one that was asked for last: most requests are about the same policies as the one before. */
  #last: Made<T> | null = null;

  constructor(make: (text: string) => T, entriesMax: number) {
    this.#make = make;
    this.#entriesMax = entriesMax;
  }

  get(text: string): T {
    if (this.#last?.text === text) return this.#last.value;
    const made = this.#made.get(text) ?? this.#add(text);
    this.#last = made;
    return made.value;
  }

  #add(text: string): Made<T> {
    const value = this.#make(text);
    if (this.#made.size >= this.#entriesMax) {
      for (const oldest of this.#made.keys()) {
        this.#made.delete(oldest);
        break;
      }
    }
    const made = { text, value };
    this.#made.set(text, made);
    return made;
  }
}

interface Made<T> {
  readonly text: string;
  readonly value: T;
}
