import { expect, test } from './fixtures.ts';

test('S24 unused room of the request log is shown and given back to the disk on request, as a job', async ({
  latchkey,
}) => {
  const { screen, call, goTo } = latchkey;
  await call('samples.create', {});
  await goTo('/settings/retention');
  const room = screen.getByRole('region', { name: 'Room on the disk' });
  await expect(room).toContainText('known after two days');
  await room.getByRole('button', { name: 'Compact now' }).click();
  await expect(room.getByText(/MB given back; the log takes/)).toBeVisible();
  expect((await call('storage.get', {})).logFreeBytes).toBe(0);
  const { items } = await call('audit.list', { filter: { action: 'storage.compact' } });
  expect(items).toHaveLength(1);
});
