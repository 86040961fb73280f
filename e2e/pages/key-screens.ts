import { expect, type Locator, type Page } from 'playwright/test';
import type { Latchkey } from '../fixtures.ts';
import { RevealDialog } from './reveal-dialog.ts';

/** What a new key is made of. Partner and application are made in place. */
export interface NewKey {
  readonly partner: { readonly name: string; readonly contactEmail: string };
  readonly application: string;
  readonly name: string;
  readonly scope: string;
}

/** Creating keys, and the page of one key. */
export class KeyScreens {
  readonly #latchkey: Latchkey;
  readonly #page: Page;
  readonly #reveal: RevealDialog;

  constructor(latchkey: Latchkey) {
    this.#latchkey = latchkey;
    this.#page = latchkey.screen;
    this.#reveal = new RevealDialog(latchkey.screen);
  }

  /** Creates a key with a new partner and application, and ends on its page. Answers the secret. */
  async create(key: NewKey): Promise<string> {
    await this.#latchkey.goTo('/keys/new');
    await this.#choose('Partner', 'New partner…');
    const partner = this.#page.getByRole('dialog', { name: 'New partner' });
    await partner.getByRole('textbox', { name: 'Name', exact: true }).fill(key.partner.name);
    await partner.getByRole('textbox', { name: 'Contact e-mail' }).fill(key.partner.contactEmail);
    await partner.getByRole('button', { name: 'Create partner' }).click();
    await partner.waitFor({ state: 'hidden' });
    await this.#choose('Application', 'New application…');
    const application = this.#page.getByRole('dialog', { name: 'New application' });
    await application.getByRole('textbox', { name: 'Name', exact: true }).fill(key.application);
    await application.getByRole('button', { name: 'Create application' }).click();
    await application.waitFor({ state: 'hidden' });
    await this.#page
      .getByRole('region', { name: 'Who' })
      .getByRole('textbox', { name: 'Name', exact: true })
      .fill(key.name);
    await this.#page.getByRole('checkbox', { name: key.scope }).check();
    await this.#page.getByRole('main').getByRole('button', { name: 'Create key' }).click();
    const secret = await this.#reveal.takeSecret();
    await this.#page.getByRole('heading', { level: 1, name: key.name }).waitFor();
    return secret;
  }

  /** Opens the page of a key from the list, as a person finds it. */
  async open(name: string): Promise<void> {
    await this.#latchkey.goTo('/keys');
    await this.#page.getByRole('row', { name }).first().dblclick();
    await this.heading(name).waitFor();
  }

  heading(name: string): Locator {
    return this.#page.getByRole('heading', { level: 1, name });
  }

  /** Rotates the key whose page is open, with an overlap of one hour. Answers the new secret. */
  async rotate(): Promise<string> {
    await this.#page.getByRole('button', { name: 'Rotate…' }).first().click();
    const dialog = this.#page.getByRole('dialog', { name: 'Rotate key' });
    await dialog.getByRole('radio', { name: '1 hour' }).check();
    await dialog.getByRole('button', { name: 'Rotate key' }).click();
    return this.#reveal.takeSecret();
  }

  /** Ends the overlap of the key whose page is open. */
  async endOverlap(): Promise<void> {
    await this.#page.getByRole('button', { name: 'End now…' }).click();
    const dialog = this.#page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'End old secret' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Revokes the key whose page is open, for a reason that can be taken back. */
  async revoke(name: string): Promise<void> {
    await this.#page.getByRole('button', { name: 'Revoke…' }).click();
    const dialog = this.#page.getByRole('dialog', { name: 'Revoke key' });
    await dialog.getByRole('radio', { name: 'No longer needed' }).check();
    const confirmation = dialog.getByLabel(/to confirm/);
    if (await confirmation.isVisible()) await confirmation.fill(name);
    await dialog.getByRole('button', { name: 'Revoke key' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect(this.#page.getByText(`${name} is revoked.`)).toBeVisible();
  }

  async #choose(field: string, option: string): Promise<void> {
    await this.#page.getByRole('combobox', { name: field }).click();
    await this.#page.getByRole('option', { name: option }).click();
  }
}
