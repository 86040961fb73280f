import type { Locator, Page } from 'playwright/test';
import type { Latchkey } from '../fixtures.ts';

/** The request log. */
export class RequestScreen {
  readonly #latchkey: Latchkey;
  readonly #page: Page;

  constructor(latchkey: Latchkey) {
    this.#latchkey = latchkey;
    this.#page = latchkey.screen;
  }

  async open(): Promise<void> {
    await this.#latchkey.goTo('/requests');
  }

  /** Rows that contain all of these words. */
  rows(...words: readonly string[]): Locator {
    return words.reduce((found, word) => found.filter({ hasText: word }), this.#page.getByRole('row'));
  }

  /** Shows one row's detail beside the log. */
  async look(row: Locator): Promise<Locator> {
    await row.first().click();
    return this.#page.getByRole('complementary').last();
  }
}
