import { expect, test } from './fixtures.ts';

test('S24 unused room of the request log is shown and given back to the disk on request, as a job', async ({
  latchkey,
}) => {
  const { screen, call, goTo } = latchkey;
  // The one backup of this test is made by hand; one that is made by itself meanwhile would turn it away.
  await call('settings.update', { backupEveryHours: 0 });
  await call('samples.create', {});
  await goTo('/settings/retention');
  const room = screen.getByRole('region', { name: 'Room on the disk' });
  await expect(room).toContainText('known after two days');
  await room.getByRole('button', { name: 'Compact now' }).click();
  await expect(room.getByText(/MB given back; the log takes/)).toBeVisible();
  expect((await call('storage.get', {})).logFreeBytes).toBe(0);
  const { items } = await call('audit.list', { filter: { action: 'storage.compact' } });
  expect(items).toHaveLength(1);

  await test.step('S24.3 what the preview of a shorter retention says is removed when it is saved, and no row more', async () => {
    const rows = async () => (await call('system.status', {})).log.rowCount;
    const before = await rows();
    await screen.getByRole('textbox', { name: 'Single requests' }).fill('7');
    const effect = screen.getByText(/^Removes .* now and keeps /);
    await expect(effect).toBeVisible();
    const [removed = 0, kept = 0] = numbersIn(await effect.innerText());
    expect(removed).toBeGreaterThan(0);
    expect(removed + kept).toBe(before);
    await screen.getByRole('button', { name: 'Save changes' }).click();
    await expect.poll(rows).toBe(kept);
  });

  await test.step('S24.4 a backup gives back what was there when it was made, and the audit trail is whole', async () => {
    const counts = async () => ({
      keys: (await call('keys.list', {})).total,
      partners: (await call('partners.list', {})).items.length,
      templates: (await call('templates.list', {})).items.length,
      services: (await call('services.list', {})).items.length,
    });
    const before = await counts();
    expect(before.keys).toBeGreaterThan(0);
    await goTo('/settings/backup');
    await screen.getByRole('button', { name: 'Back up now' }).click();
    await expect(screen.getByText(/^Backup made and verified/).first()).toBeVisible();
    await call('samples.delete', {});
    expect((await counts()).keys).toBe(0);
    await screen.getByRole('button', { name: 'Restore…' }).first().click();
    const dialog = screen.getByRole('alertdialog', { name: 'Restore this backup?' });
    await expect(dialog).toContainText(`Now 0 keys and`);
    await expect(dialog).toContainText(`in the backup ${String(before.keys)} keys`);
    await dialog.getByRole('button', { name: 'Restore backup' }).click();
    await expect(screen.getByText('Backup restored').first()).toBeVisible();
    expect(await counts()).toEqual(before);
    await goTo('/audit');
    await screen.getByRole('button', { name: 'Verify chain' }).click();
    await expect(screen.getByRole('status').filter({ hasText: /^The chain is intact/ })).toBeVisible();
  });
});

/** `Removes 1,204 rows now and keeps 96.` holds 1204 and 96. */
function numbersIn(text: string): readonly number[] {
  return (text.match(/[\d,]+/g) ?? []).map((number) => Number(number.replaceAll(',', '')));
}
