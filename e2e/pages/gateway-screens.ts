import { expect, type Locator, type Page } from 'playwright/test';
import type { GatewayConfig } from '#contract/gateways.ts';
import type { Latchkey } from '../fixtures.ts';

/** The gateways of a service: their configuration and their test. */
export class GatewayScreens {
  readonly #latchkey: Latchkey;
  readonly #page: Page;

  constructor(latchkey: Latchkey) {
    this.#latchkey = latchkey;
    this.#page = latchkey.screen;
  }

  /** Opens the gateways of a service. */
  async open(serviceId: string): Promise<void> {
    await this.#latchkey.goTo(`/services/${serviceId}?tab=gateways`);
  }

  get tester(): Locator {
    return this.#page.getByRole('region', { name: 'Test the gateway' });
  }

  /** Describes an nginx and answers the files as the screen shows them. */
  async configureNginx(options: {
    readonly upstreamUrl: string;
    readonly port: number;
    readonly folder: string;
  }): Promise<GatewayConfig> {
    const region = this.#page.getByRole('region', { name: 'Configuration' });
    await region.getByRole('textbox', { name: 'Service behind it' }).fill(options.upstreamUrl);
    await region.getByRole('textbox', { name: 'Host that callers use' }).fill('127.0.0.1');
    await region.getByRole('textbox', { name: 'Port' }).fill(String(options.port));
    await region.getByRole('textbox', { name: 'Port' }).blur();
    await region.getByRole('button', { name: 'More settings' }).click();
    await region.getByRole('textbox', { name: 'Folder of the configuration' }).fill(options.folder);
    await expect(region.locator('pre')).toContainText(`listen ${options.port}`);
    const files: GatewayConfig['files'][number][] = [];
    for (const tab of await region.getByRole('tab').all()) {
      await tab.click();
      const name = await tab.innerText();
      const text = await region.locator('pre').innerText();
      const holdsToken = await region.getByText('Put the service’s token in place of').isVisible();
      files.push({ name, path: `${options.folder}/${name}`, text, language: 'nginx', holdsToken });
      await expect(region.getByText(`${options.folder}/${name}`).first()).toBeVisible();
    }
    return { dialect: 'nginx', files, steps: [], traps: [] };
  }

  /** Runs the test against a proxy and waits for its result. */
  async test(url: string, path: string): Promise<void> {
    await this.tester.getByRole('textbox', { name: 'Address of the proxy' }).fill(url);
    await this.tester.getByRole('textbox', { name: 'Path' }).fill(path);
    await this.tester.getByRole('button', { name: 'Test gateway' }).click();
    await this.tester.getByRole('table', { name: 'Expected against seen' }).waitFor({ timeout: 45_000 });
  }

  /** The rows of the result in which the third-last column says this. */
  rowsWith(verdict: 'Right' | 'Wrong' | 'Not visible'): Locator {
    return this.tester.getByRole('row').filter({ has: this.#page.getByText(verdict, { exact: true }) });
  }
}
