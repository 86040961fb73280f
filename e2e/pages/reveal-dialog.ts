import type { Locator, Page } from 'playwright/test';

/** The dialog that shows a new secret once. */
export class RevealDialog {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page
      .getByRole('dialog')
      .filter({ hasText: 'This is the only time the whole key is shown' });
  }

  /** Reveals the secret, says that it is stored, and closes. Answers the secret. */
  async takeSecret(): Promise<string> {
    await this.dialog.getByRole('button', { name: 'Reveal' }).click();
    const secret = await this.dialog.getByLabel('The key', { exact: true }).innerText();
    await this.dialog.getByRole('checkbox', { name: 'I have stored this key or handed it over' }).check();
    await this.dialog.getByRole('button', { name: 'Done' }).click();
    await this.dialog.waitFor({ state: 'hidden' });
    return secret;
  }
}
