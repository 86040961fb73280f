import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

const table = (screen: Page): Locator => screen.getByRole('grid', { name: 'Keys' });
const rows = (screen: Page): Locator => table(screen).getByTestId('row');

test('S04.6 three keys are suspended together: what stops, when they were refused, and one Undo; S11.2 two are revoked by a typed phrase only', async () => {
  const { screen, call, serviceUrl, goTo } = latchkey();
  const made = new Map<string, Awaited<ReturnType<typeof seedKey>>>();
  for (const name of ['Bulk 1', 'Bulk 2', 'Bulk 3']) made.set(name, await seedKey(call, seeded, name));
  for (const name of ['Bulk 1', 'Bulk 2', 'Bulk 2']) {
    const key = made.get(name)?.secret ?? '';
    await verify(serviceUrl, seeded.serviceToken, { key, method: 'GET', path: '/inventory/1' });
  }
  const keyIds = [...made.values()].map(({ keyId }) => keyId);
  const requests = async () => (await call('usage.byKey', { keyIds })).map(({ total }) => total);
  await expect.poll(async () => (await requests()).reduce((sum, total) => sum + total, 0)).toBe(3);
  const before = (await call('audit.list', {})).total;
  await goTo('/keys?text=Bulk');
  await expect(rows(screen)).toHaveCount(3);
  await table(screen).focus();
  await screen.keyboard.press('Home');
  await screen.keyboard.press('x');
  await screen.keyboard.press('Shift+ArrowDown');
  await screen.keyboard.press('Shift+ArrowDown');
  const bar = screen.getByRole('region', { name: 'Marked keys' });
  await expect(bar).toContainText('3 keys marked');
  await bar.getByRole('button', { name: 'Suspend…' }).click();
  const suspend = screen.getByRole('dialog');
  const stops = suspend.getByRole('region', { name: 'What stops' });
  await expect(stops).toContainText('3 requests in the last hour from 1 caller will be refused.');
  await expect(stops).toContainText('With Bulk 2 (2), Bulk 1 (1).');
  await suspend.getByRole('button', { name: 'Suspend 3 keys' }).click();
  await expect(screen.getByText('3 keys are suspended.')).toHaveCount(1);
  await expect(screen.getByText(/^Refused everywhere after .+ \(the verifier took .+\)\.$/)).toHaveCount(1);
  await expect(bar).toHaveCount(0);
  expect((await call('keys.list', { filter: { status: 'suspended', text: 'Bulk' } })).total).toBe(3);
  await screen.getByRole('button', { name: 'Undo' }).click();
  await expect(screen.getByText('3 keys are active again.')).toHaveCount(1);
  expect((await call('keys.list', { filter: { status: 'active', text: 'Bulk' } })).total).toBe(3);
  expect((await call('audit.list', {})).total).toBe(before + 6);
  // S11.2: more than one key is revoked with a typed phrase only.
  await table(screen).focus();
  await screen.keyboard.press('Home');
  await screen.keyboard.press('x');
  await screen.keyboard.press('Shift+ArrowDown');
  await bar.getByRole('button', { name: 'Revoke…' }).click();
  const revoke = screen.getByRole('dialog');
  await expect(revoke.getByRole('region', { name: 'What stops' })).toContainText(
    'in the last hour from 1 caller',
  );
  await revoke.getByRole('radio', { name: 'No longer needed' }).click();
  await revoke.getByRole('textbox').fill('revoke 3 keys');
  await screen.keyboard.press('Enter');
  await expect(revoke).toContainText('Type revoke 2 keys to confirm.');
  expect((await call('keys.list', { filter: { status: 'active', text: 'Bulk' } })).total).toBe(3);
  await revoke.getByRole('button', { name: 'Cancel' }).click();
});
