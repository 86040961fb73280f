import type { Page } from 'playwright/test';
import type { Latchkey } from '../fixtures.ts';

/** Services, their endpoints and scopes. */
export class ServiceScreens {
  readonly #latchkey: Latchkey;
  readonly #page: Page;

  constructor(latchkey: Latchkey) {
    this.#latchkey = latchkey;
    this.#page = latchkey.screen;
  }

  /** Makes a service and stays on its page. Answers its token, which is shown once. */
  async create(name: string): Promise<string> {
    await this.#latchkey.goTo('/services');
    await this.#page.getByRole('button', { name: 'New service' }).first().click();
    const dialog = this.#page.getByRole('dialog', { name: 'New service' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await dialog.getByRole('button', { name: 'Create service' }).click();
    const shown = this.#page.getByRole('dialog', { name: `Service token of ${name}` });
    await shown.getByRole('button', { name: 'Reveal token' }).click();
    const token = await shown.getByLabel('Token', { exact: true }).inputValue();
    await shown.getByRole('checkbox', { name: 'I have stored this token' }).check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await this.#page.getByRole('heading', { level: 1, name }).waitFor();
    return token;
  }

  /** Imports a document into the service whose page is open. */
  async importOpenApi(document: string): Promise<void> {
    await this.#page.getByRole('tab', { name: 'Endpoints' }).click();
    await this.#page
      .getByRole('button', { name: /^Import/ })
      .first()
      .click();
    const dialog = this.#page.getByRole('dialog', { name: /^Import endpoints/ });
    await dialog.getByRole('textbox', { name: 'Document' }).fill(document);
    await dialog.getByRole('button', { name: 'Import endpoints' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Makes a scope of the service whose page is open; `rule` as text, for example `GET /inventory/**`. */
  async createScope(name: string, rule: string): Promise<void> {
    await this.#page.getByRole('tab', { name: 'Scopes' }).click();
    await this.#page.getByRole('button', { name: 'New scope' }).first().click();
    const dialog = this.#page.getByRole('dialog', { name: /^New scope/ });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await dialog.getByRole('textbox', { name: 'New rule' }).fill(rule);
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await dialog.getByRole('button', { name: 'Create scope' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}
