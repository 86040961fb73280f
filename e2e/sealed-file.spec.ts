import { AxeBuilder } from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { takeSealedFile } from './pages/sealed-delivery.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';
import { answersTo } from './watched-page.ts';

let seeded: SeededTrade;
let folder = '';
let recipientKey = '';
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

test.describe.configure({ mode: 'serial' });

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-sealed-'));
  // Debian's age, which shares no code with the product.
  execFileSync('age-keygen', ['-o', join(folder, 'identity')], { stdio: 'pipe' });
  recipientKey = /age1\w+/.exec(readFileSync(join(folder, 'identity'), 'utf8'))?.[0] ?? '';
});
test.afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Hands a new secret of the key off through the dialog, in a file of this kind; answers the saved file and its words. */
async function seal(screen: Page, way: RegExp, submit: string) {
  await screen.getByRole('button', { name: 'Hand off a new secret…' }).click();
  const form = screen.getByRole('dialog', { name: 'Hand off key' });
  await form.getByRole('radio', { name: way }).click();
  await form.getByRole('radio', { name: 'End now' }).click();
  await form.getByRole('textbox', { name: 'Recipient', exact: true }).fill('Dana Doe');
  await form.getByRole('button', { name: submit }).click();
  return takeSealedFile(screen, folder);
}

/** Everything that the server has kept on its disk, but for the exports. */
function keptOnDisk(data: string): string {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

test('S08.3 a partner without a recipient key can be asked for one; with it, the file opens with its private part in age, and the first use closes the handoff', async () => {
  const { screen, goTo, call, serviceUrl } = latchkey();
  await goTo(`/keys/${seeded.keyId}?tab=handoffs`);
  await screen.getByRole('button', { name: 'Hand off a new secret…' }).click();
  const form = screen.getByRole('dialog', { name: 'Hand off key' });
  await form.getByRole('radio', { name: /own key/ }).click();
  await expect(form.getByRole('button', { name: 'Copy how to ask for it' })).toBeVisible();
  await expect(form.getByRole('button', { name: 'Seal file' })).toBeDisabled();
  await form.getByRole('link', { name: 'Enter it on the partner’s page' }).click();
  await screen.getByRole('button', { name: 'Edit partner' }).click();
  const edit = screen.getByRole('dialog');
  await edit.getByRole('textbox', { name: /^Recipient key/ }).fill(recipientKey);
  await edit.getByRole('button', { name: 'Save changes' }).click();
  await expect(screen.getByText(recipientKey)).toBeVisible();

  await goTo(`/keys/${seeded.keyId}?tab=handoffs`);
  const { file, passphrase } = await seal(screen, /own key/, 'Seal file');
  expect(passphrase).toBe(null);
  const secret = execFileSync('age', ['-d', '-i', join(folder, 'identity'), file], { encoding: 'utf8' });
  const asked = { key: secret, method: 'GET', path: '/inventory/7' };
  expect((await verify(serviceUrl, seeded.serviceToken, asked)).code).toBe('VALID');
  await expect
    .poll(async () => (await call('handoffs.list', {})).items[0]?.state, { timeout: 30_000 })
    .toBe('confirmed');
});

test('a page opens in a browser from a folder with its words and not with others, asks no network, and nothing of it is kept', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, app } = latchkey();
  await goTo(`/keys/${seeded.keyId}?tab=handoffs`);
  const { file, passphrase } = await seal(screen, /opens itself/, 'Seal page');
  const context = await (await sharedBrowser()).newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('textbox').fill('able acid acorn actor adapt agile album alert');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('status').first()).toContainText('do not open it');
  await expect(page.getByRole('heading', { name: 'Your key' })).toBeHidden();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // As people type what is read out to them.
  await page.getByRole('textbox').fill(` ${(passphrase ?? '').toUpperCase().replaceAll('-', '  ')}`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Your key' })).toBeFocused();
  await page.getByRole('button', { name: 'Show' }).click();
  const secret = await page.getByLabel('The key', { exact: true }).innerText();
  expect(secret).toMatch(/^lk_live_/);
  await expect(page.getByRole('heading', { name: 'About this key' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(requests).toEqual([pathToFileURL(file).href]);
  expect(complaints).toEqual([]);
  await context.close();
  const { serviceUrl } = latchkey();
  const asked = { key: secret, method: 'GET', path: '/inventory/7' };
  expect((await verify(serviceUrl, seeded.serviceToken, asked)).code).toBe('VALID');

  const kept = keptOnDisk(app.dataDirectory);
  expect(kept).toContain(seeded.keyId);
  for (const hidden of [secret.slice(-49), passphrase ?? '', readFileSync(file, 'utf8').slice(-200)]) {
    expect(kept.includes(hidden)).toBe(false);
  }
});

test('S08.4 a key that is issued unseen into a file works, and neither its secret nor a link is in any answer to the screens', async () => {
  const { screen, goTo, serviceUrl } = latchkey();
  const answers = answersTo(screen);
  await goTo('/handoffs');
  await screen.getByRole('button', { name: 'Issue unseen' }).first().click();
  const form = screen.getByRole('dialog', { name: 'Issue a key unseen' });
  await form.getByRole('combobox', { name: 'Template' }).click();
  await screen.getByRole('option', { name: /^Sandbox/ }).click();
  await form.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option').first().click();
  await form.getByLabel('Name of the key').fill('Sealed unseen');
  await form.getByRole('textbox', { name: 'Recipient', exact: true }).fill('Dana Doe');
  // No address is public here: a link is refused with the reason, a file is not.
  await expect(form.getByRole('button', { name: 'Issue key' })).toBeDisabled();
  await expect(form.getByRole('link', { name: 'Set the public address' })).toBeVisible();
  await form.getByRole('radio', { name: /own key/ }).click();
  await expect(form.getByText(recipientKey.slice(0, 20))).toBeVisible();
  expect((await new AxeBuilder({ page: screen }).analyze()).violations).toEqual([]);
  await form.getByRole('button', { name: 'Issue key' }).click();
  const { file } = await takeSealedFile(screen, folder);
  const secret = execFileSync('age', ['-d', '-i', join(folder, 'identity'), file], { encoding: 'utf8' });
  expect(secret).toMatch(/^lk_test_/);
  const asked = { key: secret, method: 'GET', path: '/inventory/7' };
  expect((await verify(serviceUrl, seeded.serviceToken, asked)).code).not.toBe('NOT_FOUND');
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.filter((text) => text.includes(secret.trim().slice(-49)))).toEqual([]);
  await expect(screen.getByRole('row', { name: /Sealed unseen/ })).toBeVisible();
});

test("a file with words opens with Debian's age as somebody types them", async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/keys/${seeded.keyId}?tab=handoffs`);
  const { file, passphrase } = await seal(screen, /eight words \(age\)/, 'Seal file');
  // age reads words from a terminal only.
  writeFileSync(join(folder, 'type.py'), TYPE_PASSPHRASE);
  const open = (words: string) =>
    execFileSync('python3', [join(folder, 'type.py'), file, words], { encoding: 'utf8' });
  expect(open(passphrase ?? '')).toMatch(/lk_live_\w+/);
  expect(open('able-acid-acorn')).not.toContain('lk_live_');
});

test('S08 the passport of a key can be read, saved as Markdown and printed, and holds no secret', async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/keys/${seeded.keyId}`);
  await screen.getByRole('button', { name: 'More actions' }).click();
  await screen.getByRole('menuitem', { name: 'Passport for the partner' }).click();
  const paper = screen.getByRole('article', { name: 'Passport' });
  await expect(paper.getByText('GET /inventory/**').first()).toBeVisible();
  const download = screen.waitForEvent('download');
  await screen.getByRole('button', { name: 'Save Markdown' }).click();
  const markdown = readFileSync(await (await download).path(), 'utf8');
  expect(markdown).toContain('## When a call is refused');
  expect(markdown + (await paper.innerText())).not.toContain(seeded.secret.slice(-40));
  await screen.emulateMedia({ media: 'print' });
  await expect(screen.getByRole('navigation').first()).toBeHidden();
  await expect(screen.getByRole('button', { name: 'Print' })).toBeHidden();
  await expect(paper).toBeVisible();
  await screen.emulateMedia({ media: null });
});

const TYPE_PASSPHRASE = `import os, pty, sys
file, words = sys.argv[1:3]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp('age', ['age', '-d', file])
said = b''
while b'passphrase' not in said:
    said += os.read(terminal, 1024)
os.write(terminal, words.encode() + b'\\n')
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
sys.stdout.write(said.decode())
`;
