import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Browser, type Page } from 'playwright/test';

/** Saves the file of the open delivery dialog into a folder, reads its words, and closes the dialog. */
export async function takeSealedFile(screen: Page, folder: string) {
  const delivery = screen.getByRole('dialog', { name: /^Sealed for / });
  const download = screen.waitForEvent('download');
  await delivery.getByRole('button', { name: 'Save file' }).click();
  const saved = await download;
  const file = join(folder, saved.suggestedFilename());
  await saved.saveAs(file);
  const words = delivery.getByLabel('The words', { exact: true });
  const passphrase = (await words.count()) === 0 ? null : await words.innerText();
  if (passphrase !== null) await expect(delivery.getByLabel('The message')).not.toContainText(passphrase);
  await delivery.getByRole('checkbox').check();
  await delivery.getByRole('button', { name: 'Done' }).click();
  await delivery.waitFor({ state: 'hidden' });
  return { file, passphrase };
}

/** Opens a page that opens itself as its recipient does, from a folder in a browser of their own. Answers the secret. */
export async function openSealedPage(
  browser: Browser,
  sealed: Awaited<ReturnType<typeof takeSealedFile>>,
): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(pathToFileURL(sealed.file).href);
  await page.getByRole('textbox').fill(sealed.passphrase ?? '');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: 'Your key' })).toBeFocused();
  await page.getByRole('button', { name: 'Show' }).click();
  const secret = await page.getByLabel('The key', { exact: true }).innerText();
  await context.close();
  return secret;
}
