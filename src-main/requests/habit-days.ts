/** One key over a time: who called it, from which networks, with which programs, under which rules, and how often it was allowed. */
export interface Uses {
  /** Checksums of addresses with their agents: the texts of a month would fill the memory. */
  readonly callers: Set<number>;
  readonly networks: Set<string>;
  readonly agents: Set<string>;
  readonly rules: Set<string>;
  allowed: number;
}

export type UsesByPrincipal = ReadonlyMap<number, Uses>;

/** What days that are over held, as long as somebody asks about them: they do not change any more, and reading them again would
 *  cost seconds. Days are ms UTC / 86,400,000. */
export class HabitDays {
  readonly #days = new Map<number, UsesByPrincipal>();

  get(day: number): UsesByPrincipal | undefined {
    return this.#days.get(day);
  }

  keep(day: number, uses: UsesByPrincipal): void {
    this.#days.set(day, uses);
  }

  forgetBefore(day: number): void {
    for (const known of this.#days.keys()) if (known < day) this.#days.delete(known);
  }
}
