import { must } from '#main/platform/must.ts';

/** Texts by numbers from 1 on: networks, programs and endpoints come again with nearly every key. 0 stands for none. */
export class HabitTexts {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(text: string | null): number {
    if (text === null) return 0;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      this.#texts.push(text);
      number = this.#texts.length;
      this.#numbers.set(text, number);
    }
    return number;
  }

  textOf(number: number): string | null {
    return number === 0 ? null : must(this.#texts[number - 1], 'a number stands for a text');
  }

  /** In the order of their numbers. */
  get all(): readonly string[] {
    return this.#texts;
  }
}
