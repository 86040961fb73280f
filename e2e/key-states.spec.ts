import type { KeyId } from '#contract/ids.ts';
import type { Locator } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { goTo } from './go-to.ts';
import { expectWhatTheClientSaw, withPollingClient } from './polling-client.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const MINUTE_MS = 60_000;

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
});

/** One more key that may read the inventory. */
const newKey = (name: string) => seedKey(latchkey().app.call, trade, name);

const ask = (key: string) =>
  verify(latchkey().app.serviceUrl, trade.serviceToken, {
    key,
    method: 'GET',
    path: '/inventory/42',
    clientIp: '192.0.2.1',
    userAgent: 'poller/1.0',
  });

/** Uses a key once; a server that is too busy to decide is asked again. */
async function use(secret: string): Promise<void> {
  await expect.poll(async () => (await ask(secret)).valid).toBe(true);
}

/** Opens the revocation of a key on its page and chooses a reason. */
async function startRevoking(keyId: KeyId, reason: string, screen = latchkey().screen): Promise<Locator> {
  await goTo(screen, `/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Revoke key' });
  await dialog.getByRole('radio', { name: reason }).check();
  return dialog;
}

const toast = (text: string, screen = latchkey().screen) =>
  screen.getByRole('dialog').filter({ hasText: text });
const confirm = (dialog: Locator) => dialog.getByRole('button', { name: 'Revoke key' });

test('S11.1 a client that polls sees the refusal within a second, and the screen tells what the client saw', async () => {
  const { screen } = latchkey();
  const { keyId, secret } = await newKey('Measured');
  await use(secret);
  const dialog = await startRevoking(keyId, 'No longer needed');
  await expect(dialog.getByRole('region', { name: 'What stops' })).toContainText(
    'from 1 caller will be refused',
  );
  await dialog.getByLabel('Type “Measured” to confirm').fill('Measured');
  const { told, client } = await withPollingClient(screen, {
    ask: async () => (await ask(secret)).code === 'REVOKED',
    procedure: 'keys.revoke',
    click: () => confirm(dialog).click(),
    told: toast('Measured is revoked.'),
  });
  expect(client.refusedMs).toBeLessThan(1_000);
  expectWhatTheClientSaw(told, client);
});

test('S11.2 S11.6 the name is typed only for a key in use, Enter with a wrong one does nothing, and focus starts on Cancel', async () => {
  const { screen, app } = latchkey();
  const unused = await newKey('Never used');
  const quick = await startRevoking(unused.keyId, 'No longer needed');
  await expect(quick.getByLabel(/Type “/)).toHaveCount(0);
  await screen.keyboard.press('Escape');
  const used = await newKey('In use');
  await use(used.secret);
  await goTo(screen, `/keys/${used.keyId}`);
  await screen.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Revoke key' });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dialog.getByRole('radio', { name: 'No longer needed' }).check();
  const typed = dialog.getByLabel('Type “In use” to confirm');
  await typed.fill('In us');
  await typed.press('Enter');
  await expect(dialog).toBeVisible();
  expect((await app.call('keys.get', { keyId: used.keyId })).status).toBe('active');
  await screen.evaluate(() => navigator.clipboard.writeText('In use'));
  await typed.fill('');
  await typed.press('ControlOrMeta+v');
  await typed.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  expect((await app.call('keys.get', { keyId: used.keyId })).status).toBe('revoked');
});

test('S11.3 a revocation is taken back from the toast, the key page and the audit trail; after ten minutes from none', async () => {
  const { screen, openOther } = latchkey();
  const { keyId, secret } = await newKey('Taken back');
  await confirm(await startRevoking(keyId, 'Replaced by another key')).click();
  await toast('Taken back is revoked.').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(async () => (await ask(secret)).valid).toBe(true);

  const { app } = latchkey();
  await app.call('keys.revoke', { keyId, reason: 'replaced' });
  await goTo(screen, `/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Undo revocation' }).click();
  await expect.poll(async () => (await ask(secret)).valid).toBe(true);

  await app.call('keys.revoke', { keyId, reason: 'replaced' });
  await goTo(screen, `/keys/${keyId}?tab=history`);
  await screen.getByText('Revoked key').first().click();
  const detail = screen.getByText('Can be taken back until');
  await expect(detail).toBeVisible();
  await screen.getByRole('button', { name: 'Undo revocation' }).last().click();
  await expect.poll(async () => (await ask(secret)).valid).toBe(true);

  // Another page, whose clock is set forward: this one goes on with its own.
  const other = await openOther();
  await other.clock.install();
  const dialog = await startRevoking(keyId, 'Replaced by another key', other);
  await dialog.getByLabel('Type “Taken back” to confirm').fill('Taken back');
  await confirm(dialog).click();
  const inToast = toast('Taken back is revoked.', other).getByRole('button', { name: 'Undo', exact: true });
  await expect(inToast).toBeVisible();
  await goTo(other, `/keys/${keyId}?tab=history`);
  await other.getByText('Revoked key').first().click();
  await expect(other.getByText('Can be taken back until')).toBeVisible();
  const undo = other.getByRole('button', { name: 'Undo revocation' });
  // On the page of the key, and in the trail.
  await expect(undo).toHaveCount(2);
  await expect(inToast).toBeVisible();
  await other.clock.fastForward(10 * MINUTE_MS + 1_000);
  await expect(undo).toHaveCount(0);
  await expect(other.getByText('Can be taken back until')).toHaveCount(0);
  await expect(inToast).toHaveCount(0);
  await other.context().close();
});

test('S11.4 a leaked key offers no undo, before and after, and its reason cannot be changed', async () => {
  const { screen, app } = latchkey();
  const { keyId } = await newKey('Leaked');
  const dialog = await startRevoking(keyId, 'Leaked');
  await expect(dialog).toContainText('A leaked key cannot be taken back: there is no undo.');
  await confirm(dialog).click();
  await expect(toast('Leaked is revoked for good.')).toBeVisible();
  await expect(toast('Leaked is revoked for good.').getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(screen.getByRole('button', { name: 'Undo revocation' })).toHaveCount(0);
  await expect(app.call('keys.revoke', { keyId, reason: 'other' })).rejects.toThrow(
    'Its reason cannot be changed',
  );
  await expect(app.call('keys.restore', { keyId })).rejects.toThrow('cannot be restored');
});

test('S11.5 other keys of the same partner keep working', async () => {
  const [one, other] = [await newKey('One of two'), await newKey('Other of two')];
  await confirm(await startRevoking(one.keyId, 'Against policy')).click();
  await expect(toast('One of two is revoked.')).toBeVisible();
  expect((await ask(one.secret)).code).toBe('REVOKED');
  expect((await ask(other.secret)).valid).toBe(true);
  expect((await ask(trade.secret)).valid).toBe(true);
});

test('suspending shows what stops and how fast it did, and is undone from its toast', async () => {
  const { screen } = latchkey();
  const { keyId, secret } = await newKey('Held');
  await use(secret);
  await goTo(screen, `/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Suspend…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Suspend Held?' });
  await expect(dialog.getByRole('region', { name: 'What stops' })).toContainText('1 request');
  await dialog.getByRole('button', { name: 'Suspend key' }).click();
  await expect(toast('Held is suspended.')).toContainText(/Refused everywhere after \d+ ms/);
  expect((await ask(secret)).code).toBe('SUSPENDED');
  await toast('Held is suspended.').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(async () => (await ask(secret)).valid).toBe(true);
});
